"""One terminal: its master side, the program on it, and what that printed."""

import os
import signal
import sys
from contextlib import suppress
from typing import Final

from services.contract.terminal_host import Program
from services.terminal_host.spawning import start
from services.terminal_host.spool import Notes, Spool

READ_SIZE: Final = 65536
FULL_READ: Final = 3500
"""A terminal hands out about 4 kB at most: a read as long as that has more behind it."""
READS_PER_TURN: Final = 16
LAST_READS: Final = 64
"""More than any kernel buffers; what a program left behind goes on printing is not waited for."""


class Terminal:
    """A terminal from its program's start until the driver forgets it. Raises OSError."""

    def __init__(self, program: Program, size: tuple[int, int]) -> None:
        self.id = int.from_bytes(os.urandom(8))
        self.note = program.note
        self.spool = Spool()
        self.notes = Notes()
        self.sent = 0
        self.status: int | None = None
        self.told = False
        self._hung_up = False
        self.master, self._slave, self.pid = start(program, size)

    @property
    def wants_reading(self) -> bool:
        """Whether there is room for more; else the kernel's buffer fills and the program waits."""
        return self.status is None and not self._hung_up and self.spool.room > 0

    def read(self) -> None:
        """Read what is there, as far as it may be kept."""
        for _ in range(READS_PER_TURN):
            most = min(READ_SIZE, self.spool.room)
            if self._read_some(most) < FULL_READ or not self.wants_reading:
                return

    def _read_some(self, most: int) -> int:
        try:
            data = os.read(self.master, most)
        except BlockingIOError:
            return 0
        except OSError:  # EIO: nobody has the terminal open any more
            data = b""
        self._hung_up = not data
        self.spool.append(data)
        return len(data)

    def look(self) -> None:
        """Learn whether the program has ended; then read the last that it printed."""
        if self.status is None:
            self.status = _status_of(self.pid)
        else:
            return
        if self.status is not None:
            for _ in range(LAST_READS):
                if not self._read_some(READ_SIZE):
                    return

    def signal(self, *signals: signal.Signals) -> None:
        """Signal the program and whatever has the keyboard."""
        for group in {self.pid, self._foreground()}:
            for number in signals:
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(group, number)

    def _foreground(self) -> int:
        try:
            return os.tcgetpgrp(self.master) or self.pid
        except OSError:
            return self.pid

    def close(self) -> None:
        """Give the terminal back, and the process number too."""
        os.close(self.master)
        os.close(self._slave)
        with suppress(ChildProcessError):
            os.waitpid(self.pid, os.WNOHANG)


def _status_of(pid: int) -> int | None:
    """Return the exit status of a child, None while it runs.

    It stays unreaped until it is forgotten, where the system can do that: the driver ends what a
    shell left behind by the number of its session, which must be nobody else's by then.
    """
    if sys.platform == "linux":
        ended = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if ended is None:
            return None
        return ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status
    reaped, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if reaped else None
