"""A program on a terminal that this very process holds: no terminal-host, nothing outlives us."""

import asyncio
import fcntl
import os
import signal
import struct
import termios
import threading
from collections.abc import Callable
from types import FrameType

from services.session_driver.terminal.host import Spawn
from services.session_driver.terminal.pty import Pty

READ_SIZE = 65536
FULL_READ = 3500  # a PTY hands out about 4 kB at most: a read as long as that has more behind it
READS_PER_TURN = 16
_ENVELOPE = 'exec "$@" <>"$0" >&0 2>&0'
_DEFAULTED = (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGTERM, signal.SIGTSTP)


async def spawn_pty(
    spawn: Spawn, size: tuple[int, int], on_output: Callable[[bytes], None]
) -> "OwnPty":
    """Start a program on a new terminal of (columns, rows).

    A session leader gets the first terminal that it opens as its controlling one, on Linux and
    macOS alike, so a one-line `sh` opens it after setsid and becomes the program: nothing of
    Python runs between fork and exec, which is what deadlocks in a process with threads.
    """
    _reset_ignored_signals()
    master, slave = os.openpty()
    try:
        os.set_blocking(master, False)
        _set_size(master, *size)
        pty = OwnPty(master, slave, on_output)
        await pty.start(spawn)
    except BaseException:
        os.close(master)
        os.close(slave)
        raise
    return pty


class OwnPty(Pty, asyncio.SubprocessProtocol):
    """A terminal whose master side this process reads itself."""

    def __init__(self, master: int, slave: int, on_output: Callable[[bytes], None]) -> None:
        super().__init__(master)
        self._slave = slave  # held open, so that output can be read after the last child is gone
        self.tty = os.ttyname(slave)
        self._on_output = on_output
        self._transport: asyncio.SubprocessTransport | None = None

    async def start(self, spawn: Spawn) -> None:
        self._transport, _ = await self._loop.subprocess_exec(
            lambda: self,
            *("/bin/sh", "-c", _ENVELOPE, self.tty, *spawn.argv),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
            env=dict(spawn.env),
            cwd=spawn.cwd,
        )
        self.pid = self._transport.get_pid()
        self.resume()

    def process_exited(self) -> None:
        self._read()
        self.pause()
        status = None if self._transport is None else self._transport.get_returncode()
        if not self.exited.done():
            self.exited.set_result(-1 if status is None else status)

    def pause(self) -> None:
        """Stop reading: the programs block as soon as the kernel's buffer is full."""
        if self._master >= 0:
            self._loop.remove_reader(self._master)

    def resume(self) -> None:
        if self._master >= 0 and not self.exited.done():
            self._loop.add_reader(self._master, self._read)

    def _read(self) -> None:
        for _ in range(READS_PER_TURN):
            data = self._read_some()
            if data:
                self._on_output(data)
            if len(data) < FULL_READ:
                return

    def _read_some(self) -> bytes:
        if self._master < 0:
            return b""
        try:
            data = os.read(self._master, READ_SIZE)
        except BlockingIOError:
            return b""
        except OSError:  # EIO: nobody has the terminal open any more
            data = b""
        if not data:
            self.pause()
        return data

    def _release(self) -> None:
        self.pause()
        if self._master >= 0:
            os.close(self._master)
            os.close(self._slave)
            self._master = -1
        if self._transport is not None:
            self._transport.close()


def _set_size(fd: int, cols: int, rows: int) -> None:
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))


def _reset_ignored_signals() -> None:
    """Replace "ignored" by an empty handler: an ignored signal stays ignored across exec.

    A driver started with nohup or in the background would else give every shell a Ctrl-C that
    does nothing. Only the main thread may do so; elsewhere the caller has seen to it.
    """
    if threading.current_thread() is threading.main_thread():
        for signum in _DEFAULTED:
            if signal.getsignal(signum) is signal.SIG_IGN:
                signal.signal(signum, _do_nothing)


def _do_nothing(_signum: int, _frame: FrameType | None) -> None:
    """Ignore a signal without handing that down to children."""
