"""A tmux server as a person has it, on a socket of the tests' own."""

import asyncio
import shutil
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path


class PersonsTmux:
    """One window with a shell; `sent` is what the person types."""

    def __init__(self, socket: Path) -> None:
        self.socket = socket

    def tmux(self, *words: str) -> str:
        """Do what the person does."""
        command = ["tmux", "-S", str(self.socket), "-f", "/dev/null", *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    @property
    def target(self) -> str:
        """The pane, as it is named for adoption."""
        pane = self.tmux("display-message", "-p", "#{pane_id}").strip()
        return f"{self.socket.name}:{pane}"

    async def later(self) -> None:
        """Wait until tmux hears of a client later, in its whole seconds, than it did so far."""
        heard = max(map(int, self.tmux("list-clients", "-F", "#{client_activity}").split()))
        async with asyncio.timeout(5):
            while int(time.time()) <= heard:  # noqa: ASYNC110 - a clock tells nobody
                await asyncio.sleep(0.02)

    def sees(self) -> str:
        """What the person sees."""
        return self.tmux("capture-pane", "-p")

    async def until_seen(self, text: str) -> None:
        """Wait until the person sees something."""
        async with asyncio.timeout(10):
            while text not in self.sees():  # noqa: ASYNC110 - a program shows it
                await asyncio.sleep(0.02)


@contextmanager
def persons_tmux(folder: Path | None = None) -> Generator[PersonsTmux]:
    """Start one, and end it with the block."""
    place = Path(tempfile.mkdtemp(dir="/tmp", prefix="eim-"))
    persons = PersonsTmux(place / "work")
    start = ("new-session", "-d", "-x", "90", "-y", "25", "-c", str(folder or "/"))
    persons.tmux(*start, "env PS1='$ ' bash --norc --noprofile")
    try:
        yield persons
    finally:
        with suppress(subprocess.CalledProcessError):  # the last shell may have ended it
            persons.tmux("kill-server")
        shutil.rmtree(place)
