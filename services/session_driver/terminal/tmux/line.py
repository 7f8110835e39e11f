"""The slave side of a pane's terminal: who has the keyboard, what waits, holding its output."""

import fcntl
import os
import subprocess
import sys
import termios
from typing import Final

from services.session_driver.terminal.host import Foreground
from services.session_driver.terminal.hosted import NOBODY

_AFTER_NAME: Final = 5
"""Of the fields of /proc/PID/stat after the name, that of the foreground process group."""


class Line:
    """A terminal of which somebody else has the master; nothing can be typed here."""

    def __init__(self, tty: str, pid: int) -> None:
        self._pid = pid
        self._slave = _opened(tty)
        self._held = False

    def foreground(self) -> Foreground:
        """Return who has the keyboard; nobody where the terminal is gone."""
        try:
            flags = int(termios.tcgetattr(self._slave)[3])
            pgid = foreground_of(self._pid)
        except (OSError, termios.error):
            return NOBODY
        return Foreground(pgid, not flags & termios.ICANON, bool(flags & termios.ECHO))

    @property
    def hung_up(self) -> bool:
        """Whether the terminal is gone, as it is with the leader of its session."""
        try:
            termios.tcgetattr(self._slave)
        except (OSError, termios.error, ValueError):
            return True
        return False

    def unread(self) -> int:
        """Count what was typed and no program has read yet."""
        try:
            return int.from_bytes(
                fcntl.ioctl(self._slave, termios.FIONREAD, bytes(4)), sys.byteorder
            )
        except OSError:
            return 0

    def hold(self, *, hold: bool) -> None:
        """Hold what programs print, or let it go on; they wait meanwhile."""
        if hold != self._held:
            self._held = hold
            self._flow(termios.TCOOFF if hold else termios.TCOON)

    def release(self) -> None:
        """Let the output go on, whoever holds it."""
        self._held = False
        self._flow(termios.TCOON)

    def close(self) -> None:
        """Give our side back."""
        if self._slave >= 0:
            os.close(self._slave)
            self._slave = -1

    def _flow(self, how: int) -> None:
        try:
            termios.tcflow(self._slave, how)
        except (OSError, termios.error, ValueError):  # the terminal is gone
            return


def foreground_of(pid: int) -> int:
    """Return the foreground process group of a process's terminal. Raises OSError.

    tcgetpgrp tells it only of a terminal of one's own.
    """
    if sys.platform == "linux":
        file = os.open(f"/proc/{pid}/stat", os.O_RDONLY)
        try:
            fields = os.read(file, 1024).rpartition(b")")[2].split()
        finally:
            os.close(file)
        return int(fields[_AFTER_NAME])
    asked = ["/bin/ps", "-o", "tpgid=", "-p", str(pid)]
    told = subprocess.run(asked, capture_output=True, check=False)
    return int(told.stdout.strip() or 0)


def _opened(tty: str) -> int:
    try:
        return os.open(tty, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    except OSError:
        return -1
