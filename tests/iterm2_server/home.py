"""Where iTerm2 keeps what its API needs, below the home folder of a user."""

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

MAGIC = "61DF88DC-3423-4823-B725-22570E01C027"
LONGEST_SOCKET_PATH = 104  # what macOS allows; Linux has four more


class AlreadyRunning(RuntimeError):
    """Another server of this suite holds the lock."""


class Place:
    """The files of one suite."""

    def __init__(self, home: Path, suite: str = "iTerm2") -> None:
        self.home = home
        self.support = home / "Library" / "Application Support" / suite
        self.private = self.support / "private"
        self.socket = self.private / "socket"
        if len(os.fsencode(self.socket)) > LONGEST_SOCKET_PATH:
            raise ValueError(f"{self.socket} is too long for a socket; choose a shorter home")

    @contextmanager
    def held(self) -> Generator[Path]:
        """Hold the lock beside the socket, and clear away a stale socket."""
        self.private.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.private.chmod(0o700)
        with (self.private / "socket.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise AlreadyRunning(str(self.socket)) from error
            self.socket.unlink(missing_ok=True)
            yield self.socket

    def allows_all(self) -> bool:
        """Whether an administrator put the file there that lets every program in."""
        file = self.support / "disable-automation-auth"
        wanted = f"{os.fsencode(file).hex()} {MAGIC}"
        try:
            return file.lstat().st_uid == 0 and file.read_text() == wanted
        except OSError:
            return False
