"""The record of a running stack: which process it is and where it listens."""

import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from services.runtime.config import Home
from services.runtime.holder import has_open
from services.runtime.lock import only_one
from services.runtime.station import VERSION


class Running(msgspec.Struct, frozen=True, kw_only=True):
    """A stack that was started; `url` is empty until every service answers.

    `health` is where it tells whether it is ready.
    """

    pid: int
    started: float
    url: str = ""
    health: str = ""
    version: str = VERSION

    @property
    def ready(self) -> bool:
        """Tell whether it can be used."""
        return bool(self.url)


@contextmanager
def the_only_stack(home: Home) -> Generator[Running]:
    """Be the stack of this home, and on record as it, while the block runs. Raises Taken."""
    with only_one(_lock(home), f"a stack on {home.root}"):
        running = Running(pid=os.getpid(), started=time.time())
        write(home, running)
        try:
            yield running
        finally:
            _file(home).unlink(missing_ok=True)


def write(home: Home, running: Running) -> None:
    """Replace the record."""
    draft = _file(home).with_suffix(".new")
    draft.write_bytes(msgspec.json.encode(running))
    draft.replace(_file(home))


def running_stack(home: Home) -> Running | None:
    """Return the stack that runs in this home."""
    try:
        found = msgspec.json.decode(_file(home).read_bytes(), type=Running)
    except (FileNotFoundError, NotADirectoryError, msgspec.DecodeError):
        return None
    return found if has_open(found.pid, _lock(home)) else None


def _file(home: Home) -> Path:
    return home.run / "stack.json"


def _lock(home: Home) -> Path:
    return home.run / "stack.lock"
