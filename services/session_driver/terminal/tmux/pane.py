"""A pane of tmux as a terminal. What it prints comes from its spool, which outlives every driver.

tmux hands the same bytes to the spool and to clients in control mode, but where the one stands in
the other cannot be told after a restart, so the spool is the only source.
"""

import asyncio
import logging
import signal
from typing import Final, Literal

from services.contract.terminal_host import SPOOL
from services.runtime.background import Background
from services.session_driver.terminal.host import Foreground, OnOutput, OnTorn, WriteStalled
from services.session_driver.terminal.hosted import UNKNOWN
from services.session_driver.terminal.processes import (
    end_session,
    is_there,
    program_of,
    signal_session,
)
from services.session_driver.terminal.tmux.ending import ending_of
from services.session_driver.terminal.tmux.folder import Folder
from services.session_driver.terminal.tmux.guests import TmuxGuests
from services.session_driver.terminal.tmux.line import Line, foreground_of
from services.session_driver.terminal.tmux.mending import Mending
from services.session_driver.terminal.tmux.spool import Spool
from services.session_driver.terminal.tmux.watch import Watch
from services.session_driver.terminal.tmux.words import Server, TmuxGone, TmuxRefused

logger = logging.getLogger(__name__)
READ: Final = 65536
READS_PER_LOOK: Final = 4
CHUNK: Final = 1024
"""Bytes typed at once; the smallest input queue of the supported systems."""
ROOM_PAUSE: Final = 0.002
HUNG_UP_WITHIN: Final = 1.0
DRAINED_WITHIN: Final = 20.0
DRAIN_PAUSE: Final = 0.005


class TmuxPane:
    """One pane; made by the backend. What is before `offset` was acked by an earlier driver."""

    fidelity: Literal["raw", "rendered"] = "raw"
    replies = True

    def __init__(self, server: Server, folder: Folder, watch: Watch, tasks: Background) -> None:
        self._server = server
        self._folder = folder
        self._watch = watch
        self._tasks = tasks
        self._seat = seat = folder.seat
        self._spool = Spool(folder.path)
        self._line = Line(seat.tty if folder.status is None else "", seat.pid)
        self._writing = asyncio.Lock()
        self._mending = Mending(server, folder, self._spool)
        self._on_output: OnOutput = _nowhere
        self.on_torn: OnTorn = _untold
        self._stored = 0
        self.offset = self._acked = self._spool.offset
        self._ending = self._left = self._mends = False
        self.borrowed = seat.adopted
        self.guests = TmuxGuests(server, seat, self.name, tasks)
        self.target = seat.pane
        self.pid = seat.pid
        self.note = folder.note
        self.notes = [*folder.rests]
        self.lost = False
        self.exited: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def deliver(self, on_output: OnOutput, stored: int = 0) -> None:
        """Have the output delivered, from the next turn of the loop on.

        What is before `stored` is acked instead: a driver may be killed between the two.
        """
        self._on_output, self._stored = on_output, stored
        self._line.release()  # an earlier driver may have held it
        self._watch.hurry(self)

    def look(self) -> bool:
        """Deliver what is new; whether there was something."""
        before = self.offset
        for _ in range(READS_PER_LOOK):
            if not self._take_next():
                break
        self._hold()
        news = self.offset > before
        if news:
            self.guests.hurry()
        elif self._line.hung_up or not is_there(self.pid):
            self.end()
        elif self._spool.broken:
            self._go_on_or_end()
        return news

    def _take_next(self) -> bool:
        if data := self._spool.read(READ):
            self._take(data)
        elif (picture := self._spool.cross()) is not None:
            self._cross(picture)
        else:
            return False
        return True

    def _cross(self, picture: bytes) -> None:
        first, self.offset = self.offset, self._spool.offset
        if first < self._stored:
            self.ack(self.offset)
        else:
            self.on_torn(first, picture)

    def _take(self, data: bytes) -> None:
        first, self.offset = self.offset, self._spool.offset
        if known := max(0, min(self._stored - first, len(data))):
            self.ack(first + known)
        if data[known:]:
            self._on_output(data[known:])

    def _go_on_or_end(self) -> None:
        if not self._spool.torn:
            self.end()
        elif not self._mends and not self._ending and not self._left:
            self._mends = True
            self._tasks.start(self._mend())

    async def _mend(self) -> None:
        logger.warning("the spooler of %s was killed, another one is started", self._seat.pane)
        try:
            await self._mending.mend()
        except (TimeoutError, TmuxRefused, TmuxGone) as error:
            logger.warning("%s cannot be piped anew: %s", self._seat.pane, error)
            self.end()
        finally:
            self._mends = False

    def end(self) -> None:
        """Find out how it ended: its program is not there any more, or its server."""
        if not self._ending and not self._left:
            self._ending = True
            self._tasks.start(self._end())

    def ack(self, offset: int) -> None:
        """Say that what is before an offset is stored."""
        if not self._left:
            self._acked = max(self._acked, offset)
            self._spool.trim(offset)
            self._hold()

    def wipe(self, first: int, end: int) -> None:
        """Overwrite what was printed between two offsets: it is for nobody."""
        if not self._left:
            self._spool.wipe(first, end)

    def keep(self, offset: int, note: bytes) -> None:
        """Have a note kept for the driver that reads on from this offset or after it."""
        if not self._left:
            self._folder.add(offset, note, self._acked)

    async def write(self, data: bytes, timeout: float = 5.0) -> None:
        """Type bytes; raises WriteStalled where the terminal does not take them in time.

        tmux itself takes any amount, so we wait until the line discipline has room.
        """
        async with self._writing:
            written = 0
            try:
                async with asyncio.timeout(timeout):
                    while written < len(data):
                        while self._line.unread() > CHUNK:  # noqa: ASYNC110 - nobody tells
                            await asyncio.sleep(ROOM_PAUSE)
                        chunk = data[written : written + CHUNK]
                        await self._press(chunk)
                        written += len(chunk)
            except (TimeoutError, TmuxRefused, TmuxGone) as error:
                raise WriteStalled(written, len(data)) from error

    async def _press(self, chunk: bytes) -> None:
        at = ("-t", self._seat.pane)
        out = (
            "if-shell",
            "-F",
            *at,
            "#{pane_in_mode}",
            f"send-keys -X -t {self._seat.pane} cancel",
        )
        keys = [f"{byte:02x}" for byte in chunk]
        self._watch.hurry(self)
        await self._server.ask(*(*out, ";") * self.borrowed, "send-keys", "-H", *at, *keys)
        self._watch.hurry(self)

    @property
    def name(self) -> str:
        """The session of our server that the pane is in."""
        return self._folder.path.name

    async def admit(self, channel: str) -> None:
        """Let the key of a guest through that waits."""
        await self.guests.admit(channel, self._writing)

    def answer(self, reply: bytes) -> None:
        """Reply nothing: tmux has replied."""

    def resize(self, cols: int, rows: int) -> None:
        """Give it another size; a person's own pane keeps the size that they gave it."""
        if not self.borrowed and not self._left:
            self._tasks.start(self._resize(str(cols), str(rows)))

    async def _resize(self, cols: str, rows: str) -> None:
        try:
            await self._server.ask("resize-window", "-t", self._seat.pane, "-x", cols, "-y", rows)
        except (TmuxRefused, TmuxGone) as error:
            logger.warning("%s keeps its size: %s", self._seat.pane, error)

    def foreground(self) -> Foreground:
        return self._line.foreground()

    def program(self) -> str:
        """Name the program that has the keyboard; empty where it is already gone."""
        try:
            return program_of(foreground_of(self.pid))
        except OSError:
            return ""

    def kill(self, signum: int) -> None:
        """Signal every process of the session; what a person started is theirs to end."""
        if not self.borrowed:
            signal_session(self.pid, signum)

    async def close(self) -> int:
        """End the programs and forget the pane; of a person's own one we only let go.

        One that this driver left is the next one's, and stays as it is.
        """
        if self._left:
            return self.exited.result() if self.exited.done() else UNKNOWN
        if self.borrowed:
            await self._let_go()
        else:
            await end_session(self.pid, self.exited)
        status = await asyncio.shield(self.exited)
        self.leave()
        self._folder.remove()
        return status

    def leave(self) -> None:
        """Give back what this process has of it; the pane goes on."""
        self._left = True
        self.guests.leave()
        self._watch.leave(self)
        self._spool.close()
        self._line.close()

    async def _let_go(self) -> None:
        self._ending = True
        self._line.release()
        try:
            await self._server.ask("pipe-pane", "-t", self._seat.pane)
        except (TmuxRefused, TmuxGone) as error:
            logger.info("%s was gone already: %s", self._seat.pane, error)
        if not self.exited.done():
            self.exited.set_result(UNKNOWN)

    def _hold(self) -> None:
        self._line.hold(hold=self.offset - self._acked > SPOOL)

    async def _end(self) -> None:
        """Learn how the program ended, wait for its last output, then say so."""
        try:
            await self._hung_up()
            status = await ending_of(self._server, self._folder, self._seat)
        except (TimeoutError, TmuxGone) as error:
            logger.warning("%s is lost: %s", self._seat.pane, error or "its spooler ended")
            self.lost, status = True, -signal.SIGHUP
        await self._drained()
        if not self.exited.done():
            self.exited.set_result(status)

    async def _hung_up(self) -> None:
        """Wait until the terminal is gone, as it is when its program ended. Raises TimeoutError."""
        async with asyncio.timeout(HUNG_UP_WITHIN):
            while not self._line.hung_up and is_there(self.pid):  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(DRAIN_PAUSE)

    async def _drained(self) -> None:
        try:
            async with asyncio.timeout(DRAINED_WITHIN):
                while not self._left and not self._spool.ended:  # noqa: ASYNC110 - `look` reads
                    await asyncio.sleep(DRAIN_PAUSE)
        except TimeoutError:
            logger.warning("the last output of %s did not come", self._seat.pane)


def _untold(_offset: int, _picture: bytes) -> None:
    """Tell nobody of a pane that nobody has taken yet."""


def _nowhere(_data: bytes) -> None:
    """Take output of a pane that nobody has taken yet."""
