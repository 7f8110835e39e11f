"""A person at a terminal of their own: the real `eim attach`, and an emulator that shows it."""

import asyncio
import os
import signal
import sys
import termios
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import services
from services.session_driver.terminal.host import Spawn
from services.session_driver.terminal.screen import Screen
from tests.support.own_pty import OwnPty, spawn_pty
from tests.system import System

ROOT = Path(services.__path__[0]).parent
PREFIX = b"\x1d"


class Person:
    """What they see, and what they press. Their terminal answers questions as real ones do."""

    pty: OwnPty

    def __init__(self, cols: int, rows: int) -> None:
        self.screen = Screen(cols, rows, self._reply)
        self.printed = bytearray()
        self.replies: list[bytes] = []
        self._news = asyncio.Event()

    def show(self, data: bytes) -> None:
        self.printed += data
        self.screen.feed(data)
        self._news.set()

    def _reply(self, reply: bytes) -> None:
        self.replies.append(reply)
        self.pty.answer(reply)

    async def press(self, *keys: bytes) -> None:
        for each in keys:
            await self.pty.write(each)

    async def sees(self, text: str, seconds: float = 15) -> None:
        """Wait until their terminal shows a text."""
        try:
            async with asyncio.timeout(seconds):
                while text not in self.screen.text():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"{text!r} is not in:\n{self.screen.text()}") from None

    async def attached(self) -> None:
        await self.sees("leaves this view")

    def resize(self, cols: int, rows: int) -> None:
        """Change the size of their window."""
        self.screen.resize(cols, rows)
        self.pty.resize(cols, rows)

    def kill(self) -> None:
        os.kill(self.pty.pid, signal.SIGKILL)

    @property
    def cooked(self) -> bool:
        """Whether their terminal is as a shell left it."""
        flags = int(termios.tcgetattr(self.pty._slave)[3])
        return bool(flags & termios.ICANON) and bool(flags & termios.ECHO)

    async def left(self) -> int:
        """Wait until `eim attach` has ended; return its exit code."""
        async with asyncio.timeout(15):
            return await self.pty.wait()


@asynccontextmanager
async def person_at(
    system: System, *arguments: str, size: tuple[int, int] = (100, 24), **variables: str
) -> AsyncGenerator[Person]:
    """Run `eim` with these arguments in a new terminal."""
    person = Person(*size)
    argv = [sys.executable, "-m", "services.cli", *arguments]
    spawn = Spawn(argv, environment(system) | variables, str(ROOT))
    person.pty = await spawn_pty(spawn, size, person.show)
    try:
        yield person
    finally:
        await person.pty.close()
        person.screen.close()


@asynccontextmanager
async def viewer(
    system: System, session: str, *flags: str, size: tuple[int, int] = (100, 24)
) -> AsyncGenerator[Person]:
    """Attach to a session, and wait until it is shown."""
    async with person_at(system, "attach", session, *flags, size=size) as person:
        await person.attached()
        yield person


async def eim(system: System, *arguments: str, **variables: str) -> tuple[int, str]:
    """Run a command of `eim` without a terminal; return its exit code and all it said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.cli", *arguments,
        env=environment(system) | variables, cwd=ROOT, stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    async with asyncio.timeout(30):
        said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


def environment(system: System) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "EIM_SESSION"}
    return {**kept, **system.environment(), "TERM": "xterm-256color"}
