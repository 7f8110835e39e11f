"""A terminal-host of a test's own, with real programs on its terminals."""

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from services.runtime.config import Home
from services.session_driver.terminal.host import Asked, Spawn
from services.session_driver.terminal.host_start import HostPlace
from services.session_driver.terminal.hosted import HostedPty
from services.session_driver.terminal.terminal_host import TerminalHost

ENV = {"PATH": "/usr/bin:/bin"}


def asked(script: str, note: bytes = b"") -> Asked:
    """Ask for a script on a terminal of the usual size."""
    return Asked(Spawn(("sh", "-c", script), ENV, "/"), (80, 24), note)


@contextmanager
def a_place() -> Generator[HostPlace]:
    """A home with a short name: macOS takes no long socket addresses."""
    home = Home(Path(tempfile.mkdtemp(dir="/tmp", prefix="eim-"))).create()
    place = HostPlace(home, "test")
    try:
        yield place
    finally:
        end_host(place)
        shutil.rmtree(home.root)


def end_host(place: HostPlace) -> None:
    """Kill the host that a test left behind; its shells go with it."""
    with suppress(OSError, ValueError, psutil.NoSuchProcess):
        host = psutil.Process(int(place.lock.read_text()))
        if "services.terminal_host" in host.cmdline():
            host.kill()


class Printed:
    """What a terminal printed; acks it as it comes, unless told not to."""

    def __init__(self, *, acking: bool = True) -> None:
        self.data = bytearray()
        self.acking = acking
        self.pty: HostedPty | None = None

    def take(self, data: bytes) -> None:
        """Take a piece."""
        self.data += data
        if self.acking and self.pty is not None:
            self.pty.ack(self.pty.offset)

    async def on(self, host: TerminalHost, asked: Asked) -> HostedPty:
        """Start a program and take what it prints."""
        self.pty = await host.spawn(asked, self.take)
        return self.pty

    async def until(self, text: bytes) -> None:
        """Wait until something is printed."""
        await until(lambda: text in self.data)


async def until(true: Callable[[], bool]) -> None:
    """Wait, not for ever, until something is so that other processes bring about."""
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110 # other processes tell nobody
            await asyncio.sleep(0.005)


def kill(pid: int) -> None:
    """End a process without a chance to do anything about it."""
    os.kill(pid, signal.SIGKILL)


def lives(pid: int) -> bool:
    """Whether a process is there and not only waits to be reaped."""
    try:
        return psutil.Process(pid).status() not in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
    except psutil.NoSuchProcess:
        return False
