"""A program on a terminal of its own, as a child of this process."""

import errno
import fcntl
import os
import resource
import signal
import struct
import termios
from typing import Final, NamedTuple

from services.contract.terminal_host import Program

SPARE: Final = 32
"""Descriptors that terminals leave for the connections of drivers."""
_BECOME: Final = 'exec "$@" <>"$0" >&0 2>&0'
# Ignored and blocked signals stay so across exec: a Ctrl-C that does nothing, a pipe without end.
_DEFAULTED: Final = (
    signal.SIGINT,
    signal.SIGQUIT,
    signal.SIGHUP,
    signal.SIGTERM,
    signal.SIGTSTP,
    signal.SIGTTIN,
    signal.SIGTTOU,
    signal.SIGPIPE,
    signal.SIGXFSZ,
)


class Started(NamedTuple):
    """A running program. The slave side is held, so that its last output can be read."""

    master: int
    slave: int
    pid: int


def start(program: Program, size: tuple[int, int]) -> Started:
    """Start a program on a new terminal of (columns, rows). Raises OSError.

    A session leader gets the first terminal that it opens as its controlling one, on Linux and
    macOS alike, so a one-line `sh` opens it and becomes the program.
    """
    master, slave = os.openpty()
    try:
        _leave_some(slave)
        os.set_blocking(master, False)
        cols, rows = size
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))
        return Started(master, slave, _spawn(program, os.ttyname(slave)))
    except BaseException:
        os.close(master)
        os.close(slave)
        raise


def _leave_some(descriptor: int) -> None:
    if descriptor >= resource.getrlimit(resource.RLIMIT_NOFILE)[0] - SPARE:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))


def _spawn(program: Program, tty: str) -> int:
    os.chdir(program.cwd)  # a spawned program starts where we are; there is no other way to say it
    try:
        return os.posix_spawn(
            "/bin/sh",
            ["sh", "-c", _BECOME, tty, *program.argv],
            program.env,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, standard, "/dev/null", os.O_RDWR, 0) for standard in range(3)
            ],
            setsid=True,
            setsigmask=(),
            setsigdef=_DEFAULTED,
        )
    finally:
        os.chdir("/")
