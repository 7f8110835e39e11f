"""The person's own terminal: raw while a session is shown in it, and as it was afterwards."""

import asyncio
import os
import sys
import termios
import tty
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from typing import Final

from services.cli.refused import Refused

READ_SIZE: Final = 65_536
ROOM: Final = 262_144
"""Bytes that wait for the terminal; with more, nothing more is asked for."""
# What a program may have turned on and a shell does not expect: a sequence under way, the alternate
# screen, reports of mouse and focus, bracketed paste, synchronized output, cursor and keypad keys,
# reverse screen, origin, no wrapping, a hidden cursor, insert mode, extended keys, a scrolling
# region, line drawing, the shape of the cursor, colours.
RESET: Final = (
    b"\x18\x1b[?1049l"
    b"\x1b[?9;1000;1002;1003;1004;1005;1006;1015;1016l\x1b[?2004l\x1b[?2026l"
    b"\x1b[?1l\x1b[?5l\x1b[?6l\x1b[?7h\x1b[?25h\x1b[4l\x1b>"
    b"\x1b[<99u\x1b[=0u\x1b[>4;0m\x1b[r\x1b(B\x0f\x1b[0 q\x1b[0m"
)


class Tty:
    """Reads keys and shows bytes, and never waits."""

    def __init__(self, descriptor: int) -> None:
        self._fd = descriptor
        self._loop = asyncio.get_running_loop()
        self._unshown = bytearray()
        self._room = asyncio.Event()
        self._room.set()

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        size = os.get_terminal_size(self._fd)
        return size.columns, size.lines

    def listen(self, pressed: Callable[[bytes], None]) -> None:
        """Have keys told; nothing where the terminal is gone."""
        self._loop.add_reader(self._fd, lambda: pressed(self._read()))

    def show(self, data: bytes) -> None:
        """Show bytes after what was to be shown before."""
        self._unshown += data
        self._write()

    async def room(self) -> None:
        """Wait until little waits to be shown."""
        await self._room.wait()

    def leave(self) -> None:
        """Read and show no more."""
        self._loop.remove_reader(self._fd)
        self._loop.remove_writer(self._fd)

    def _read(self) -> bytes:
        try:
            return os.read(self._fd, READ_SIZE)
        except BlockingIOError:
            return b""
        except OSError:  # EIO: the window is closed
            self.leave()
            return b""

    def _write(self) -> None:
        try:
            del self._unshown[: os.write(self._fd, self._unshown)]
        except BlockingIOError:
            pass  # the loop tells when there is room
        except OSError:  # EIO: the window is closed, and its hang-up ends us
            self._unshown.clear()
        if self._unshown:
            self._loop.add_writer(self._fd, self._write)
        else:
            self._loop.remove_writer(self._fd)
        (self._room.clear if len(self._unshown) > ROOM else self._room.set)()


@contextmanager
def raw_terminal() -> Generator[int]:
    """Open the terminal that we run in, raw; whatever happens in the block, it is restored.

    It is opened anew: what does not wait for us must not keep the shell from waiting. Raises
    Refused where we run in none.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Refused("this shows a session in a terminal, and runs in none: open a window for it")
    descriptor = os.open(os.ttyname(0), os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    before = termios.tcgetattr(descriptor)
    try:
        tty.setraw(descriptor, termios.TCSADRAIN)
        yield descriptor
    finally:
        with suppress(OSError, termios.error):  # the window is closed
            _restore(descriptor, before)
        os.close(descriptor)


def _restore(descriptor: int, before: list[int | list[bytes | int]]) -> None:
    rows = os.get_terminal_size(descriptor).lines
    termios.tcsetattr(descriptor, termios.TCSANOW, before)
    os.write(descriptor, RESET + b"\x1b[%d;1H\r\n" % rows)
