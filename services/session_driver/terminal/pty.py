"""A pseudo-terminal, seen from its master side."""

import asyncio
import fcntl
import os
import struct
import termios
from abc import ABC, abstractmethod
from contextlib import suppress

from services.session_driver.terminal.host import Foreground, WriteStalled
from services.session_driver.terminal.processes import (
    end_session,
    program_of,
    signal_session,
)

WRITE_SIZE = 1024  # the smallest input queue of the supported systems


class Pty(ABC):
    """The master side of a terminal: types into it, looks at it, ends what runs on it."""

    def __init__(self, master: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._master = master
        self._writing = asyncio.Lock()
        self.exited: asyncio.Future[int] = self._loop.create_future()
        self.pid = 0

    async def write(self, data: bytes, timeout: float = 5.0) -> None:
        """Type bytes; raises WriteStalled where the terminal does not take them in time."""
        async with self._writing:
            written = 0
            try:
                async with asyncio.timeout(timeout):
                    while written < len(data):
                        written += await self._write_some(data[written : written + WRITE_SIZE])
            except TimeoutError as error:
                raise WriteStalled(written, len(data)) from error

    def answer(self, reply: bytes) -> None:
        """Type what a terminal replies to a program's question; dropped where nobody reads."""
        with suppress(BlockingIOError):
            os.write(self._master, reply)

    async def _write_some(self, chunk: bytes) -> int:
        try:
            return os.write(self._master, chunk)
        except BlockingIOError:
            await self._writable()
            return 0

    async def _writable(self) -> None:
        ready = self._loop.create_future()
        self._loop.add_writer(self._master, lambda: ready.done() or ready.set_result(None))
        try:
            await ready
        finally:
            self._loop.remove_writer(self._master)

    def resize(self, cols: int, rows: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))

    def foreground(self) -> Foreground:
        pgid = os.tcgetpgrp(self._master)
        flags = int(termios.tcgetattr(self._master)[3])
        return Foreground(pgid, not flags & termios.ICANON, bool(flags & termios.ECHO))

    def program(self) -> str:
        """Name the program that has the keyboard; empty where it is already gone."""
        return program_of(os.tcgetpgrp(self._master))

    def kill(self, signum: int) -> None:
        """Signal every process of the session."""
        signal_session(self.pid, signum)

    async def wait(self) -> int:
        """Return the exit status once the program ended and its last output was delivered."""
        return await asyncio.shield(self.exited)

    async def close(self) -> int:
        """Hang up, then kill what is left, and give the terminal back."""
        await end_session(self.pid, self.exited)
        status = await self.wait()
        self._release()
        return status

    @abstractmethod
    def _release(self) -> None:
        """Give the terminal back."""
