"""A terminal of the node's terminal-host, which goes on while no driver runs.

With SPOOL bytes that are not acked the program waits. `status` is None while it runs.
"""

import asyncio
import os
import signal
from collections import deque
from collections.abc import Callable
from typing import Final, Literal

from services.contract.terminal_host import Ack, Forget, Listed, Note, Request
from services.session_driver.terminal.host import Foreground, OnOutput
from services.session_driver.terminal.pty import Pty

UNKNOWN: Final = -1
NOBODY: Final = Foreground(pgid=0, editing=False, echo=False)


class HostedPty(Pty):
    """A Pty whose output is read, and whose end is seen, by the terminal-host."""

    fidelity: Literal["raw", "rendered"] = "raw"
    replies = False
    borrowed = False

    def __init__(self, send: Callable[[Request], None], listed: Listed, master: int) -> None:
        super().__init__(master)
        self._on_output: OnOutput = _nowhere
        self._send = send
        self.id = listed.terminal
        self.pid = listed.pid
        self.note = listed.note
        self.notes: list[tuple[int, bytes]] = []
        self.offset = listed.acked
        self.status = listed.status if listed.ended else None
        self.lost = False
        self._stored = 0
        self._delivers = False
        self._held: deque[bytes] = deque()
        self._end: int | None = None
        self._room: asyncio.Future[None] | None = None

    def deliver(self, on_output: OnOutput, stored: int = 0) -> None:
        """Have the output delivered, from the next turn of the loop on.

        What is before `stored` is acked instead: a driver may be killed between the two.
        """
        self._on_output = on_output
        self._stored = stored
        self._delivers = True
        self._loop.call_soon(self._hand_out)

    def ack(self, offset: int) -> None:
        """Say that what is before an offset is stored."""
        if self._master >= 0:
            self._send(Ack(self.id, offset))

    def keep(self, offset: int, note: bytes) -> None:
        """Have a note kept for the driver that reads on from this offset or after it."""
        if self._master >= 0:
            self._send(Note(self.id, offset, note))

    def printed(self, data: bytes) -> None:
        """Take what the host read."""
        self._held.append(data)
        self._hand_out()

    def ended(self, status: int) -> None:
        """Take the exit status, which is told after the last output."""
        self._end = self.status = status
        self._hand_out()

    def forget_at_end(self) -> None:
        """Have the host forget it as soon as it has ended."""
        self._delivers = True
        self.exited.add_done_callback(lambda _: self._release())
        self._hand_out()

    def part(self, *, lost: bool) -> None:
        """Give our side of the terminal back; a shell whose host is gone then gets a hang-up."""
        self._hang_up()
        self.lost = lost and self._end is None
        if self.lost:
            self.ended(-signal.SIGHUP if self.status is None else self.status)

    def _hand_out(self) -> None:
        while self._delivers and self._held:
            if data := self._unknown(self._held.popleft()):
                self._on_output(data)
        if self._delivers and not self._held and self._end is not None and not self.exited.done():
            self.exited.set_result(self._end)

    def _unknown(self, data: bytes) -> bytes:
        """Count a piece and return what of it is not stored."""
        first, self.offset = self.offset, self.offset + len(data)
        if first >= self._stored:
            return data
        self.ack(min(self.offset, self._stored))
        return data[self._stored - first :]

    async def _write_some(self, chunk: bytes) -> int:
        if self._master < 0:
            raise TimeoutError("the terminal is gone")  # stalled, with the count of what was taken
        return await super()._write_some(chunk)

    async def _writable(self) -> None:
        room, master = self._loop.create_future(), self._master
        self._room = room
        self._loop.add_writer(master, lambda: room.done() or room.set_result(None))
        try:
            await room
        finally:
            if self._master == master:
                self._loop.remove_writer(master)

    def answer(self, reply: bytes) -> None:
        if self._master >= 0:
            super().answer(reply)

    def resize(self, cols: int, rows: int) -> None:
        if self._master >= 0:
            super().resize(cols, rows)

    def foreground(self) -> Foreground:
        return super().foreground() if self._master >= 0 else NOBODY

    def program(self) -> str:
        return super().program() if self._master >= 0 else ""

    async def close(self) -> int:
        """Hang up, then kill what is left, and have the host forget the terminal.

        One that this driver left is the next one's, and stays as it is.
        """
        self._delivers = True
        self._hand_out()
        if self._master < 0 and not self.exited.done():
            return UNKNOWN
        return await super().close()

    def _release(self) -> None:
        if self._master >= 0:
            self._send(Forget(self.id))
            self._hang_up()

    def _hang_up(self) -> None:
        if self._master >= 0:
            self._loop.remove_writer(self._master)
            os.close(self._master)
            self._master = -1
        if self._room is not None and not self._room.done():
            self._room.set_result(None)


def _nowhere(_data: bytes) -> None:
    """Take output of a terminal that is closed before anybody adopted it."""
