"""A file that only one process at a time may hold; the kernel lets go when the process dies."""

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path


class Taken(RuntimeError):
    """Another process holds the lock."""


@contextmanager
def only_one(path: Path, what: str) -> Generator[None]:
    """Hold the lock while the block runs. Raises Taken, naming the process that has it."""
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise Taken(f"{what} runs already, as process {file.read().strip() or '?'}") from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
