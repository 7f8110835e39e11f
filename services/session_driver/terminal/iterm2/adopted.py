"""A session that a person opened in iTerm2 and let us adopt: a host whose output is rendered."""

import asyncio
import logging
import signal
from typing import Literal

from services.runtime.background import Background
from services.session_driver.terminal.host import (
    Foreground,
    NoSuchPane,
    OnOutput,
    Shown,
    WriteStalled,
)
from services.session_driver.terminal.iterm2.api_session import ApiSession
from services.session_driver.terminal.iterm2.badge import Badge
from services.session_driver.terminal.iterm2.cells import row_of
from services.session_driver.terminal.iterm2.follower import Follower, Told
from services.session_driver.terminal.iterm2.front import foreground_of
from services.session_driver.terminal.iterm2.notes import Kept, Notes
from services.session_driver.terminal.iterm2.prompting import Prompting
from services.session_driver.terminal.iterm2.rendering import Rendering
from services.session_driver.terminal.iterm2.speech import Speech
from services.session_driver.terminal.iterm2.trouble import ITerm2Trouble, NoAnswer
from services.session_driver.terminal.iterm2.veil import Veil
from services.session_driver.terminal.iterm2.writer import Writer
from services.session_driver.terminal.memory import identity
from services.session_driver.terminal.pty import program_of

logger = logging.getLogger(__name__)
UNTOLD = 256
"""In place of an exit status: the shell is no child of ours, and iTerm2 does not tell."""
CATCH_UP = 3.0
"""Seconds for the stream to be where the screen is."""


class AdoptedSession:
    """A session of iTerm2 as a host. To close it is to let it go, unless that is forced.

    What it printed is told as rows of its screen, so bytes that change nothing there are not in
    the stream, and rows that leave the scrollback before they are read are said to be missed.
    """

    fidelity: Literal["raw", "rendered"] = "rendered"
    replies = True
    borrowed = True

    def __init__(
        self, api: ApiSession, notes: Notes, kept: Kept, shell: tuple[int, str], tasks: Background
    ) -> None:
        self._api = api
        self._notes = notes
        self._kept = kept
        self._veil = Veil(api, kept, lambda: notes.put(kept))
        self.badge = Badge(api, kept, lambda: notes.put(kept))
        self.pid, self._tty = shell
        self._tasks = tasks
        self.note = kept.note
        self.notes = list(kept.notes)
        self.offset = kept.positions[0][0]
        self._stored = self._acked = 0
        self.lost = False
        self.exited: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._on_output: OnOutput = _nowhere
        self._follower: Follower | None = None
        self._forced = False
        self.on_typed = _nothing
        self.on_resized = _nothing_resized

    @property
    def target(self) -> str:
        """Which session of iTerm2 this is."""
        return self._api.id

    def deliver(self, on_output: OnOutput, stored: int = 0) -> None:
        """Have the output delivered from here on, or from where the last driver stored it."""
        self._on_output, self._stored = on_output, stored
        self.offset, position = self._kept.at(stored)
        writer = Writer(self._api, Rendering(position.line), self._give, self._veil)
        writer.rendering.part, writer.rendering.wrapped = position.part, position.wrapped
        writer.alternate = position.alternate
        speech = Speech(identity(self.note).nonce)
        prompting = Prompting(self._api, writer, speech, self._kept.shell)
        prompting.resume(position)
        tell = Told(self._typed, self._resized, self._in_front, self._lives)
        self._follower = Follower(self._api, writer, prompting, tell)
        self._follower.columns = position.columns
        self._api.link.watch(self._api.id, self._follower.take)
        self._tasks.start(self._follow(self._follower))

    async def _follow(self, follower: Follower) -> None:
        try:
            await follower.run()
        except Exception:  # the other terminals go on; this one is let go of
            logger.exception("session %s is followed no longer", self._api.id)
        await self.badge.take_off()
        self._over(-signal.SIGHUP if self._forced else UNTOLD)

    def _over(self, status: int) -> None:
        self._api.link.unwatch(self._api.id)
        self._notes.forget(self._api.id)
        if not self.exited.done():
            self.exited.set_result(status)

    def _give(self, data: bytes) -> None:
        if self._follower is None:
            return
        first, self.offset = self.offset, self.offset + len(data)
        self._kept.positions.append((self.offset, self._follower.position()))
        self._notes.put(self._kept)
        if fresh := data[max(0, self._stored - first) :]:
            self._on_output(fresh)

    def ack(self, offset: int) -> None:
        """Forget the positions before what is stored."""
        self._acked = offset
        kept = self._kept.positions
        while len(kept) > 1 and kept[1][0] <= offset:
            kept.pop(0)

    def keep(self, offset: int, note: bytes) -> None:
        """Keep a note for the driver that reads on from this offset or after it."""
        known = [each for each in self._kept.notes if each[0] != offset]
        before = [each for each in known if each[0] <= self._acked][-1:]
        after = [each for each in known if each[0] > self._acked]
        self._kept.notes[:] = [*before, *after, (offset, note)]
        if not self.exited.done():
            self._notes.put(self._kept)

    async def write(self, data: bytes, timeout: float = 5.0) -> None:
        """Type. What was not taken in time is withdrawn, as far as iTerm2 lets it be."""
        if self._follower is None or self._follower.gone:
            raise WriteStalled(0, len(data))
        try:
            async with asyncio.timeout(timeout):
                await self._api.type(data.decode())
        except NoSuchPane:
            raise WriteStalled(0, len(data)) from None
        except (TimeoutError, NoAnswer) as error:
            self._api.link.drop()
            raise NoAnswer("to type", timeout) from error
        self._follower.expect()

    def answer(self, reply: bytes) -> None:
        """Say nothing: iTerm2 itself answers what programs ask."""

    def resize(self, cols: int, rows: int) -> None:
        """Ask for another size; a full screen keeps its own."""
        if self._follower is not None and not self._follower.gone:
            self._tasks.start(self._resize(cols, rows))

    async def _resize(self, cols: int, rows: int) -> None:
        try:
            if await self._api.size() != (cols, rows):
                await self._api.resize(cols, rows)
        except (ITerm2Trouble, NoSuchPane) as error:
            logger.warning("session %s keeps its size: %s", self._api.id, error)

    def kill(self, signum: int) -> None:
        """Have the pane closed with `close` where that is forced; its programs are a person's."""
        self._forced = signum == signal.SIGKILL

    def foreground(self) -> Foreground:
        """Return who has the keyboard."""
        return foreground_of(self.pid, self._tty)

    def program(self) -> str:
        """Name the program that has the keyboard."""
        return program_of(self.foreground().pgid)

    def _in_front(self) -> bool:
        return self.foreground().pgid == self.pid

    def _lives(self) -> bool:
        return bool(program_of(self.pid))

    def _typed(self) -> None:
        self.on_typed()

    def _resized(self, cols: int, rows: int) -> None:
        self.on_resized(cols, rows)

    async def catch_up(self) -> bool:
        """Wait until what is on the screen is in the stream; false where that takes too long."""
        if self._follower is None or self._follower.gone:
            return False
        try:
            async with asyncio.timeout(CATCH_UP):
                await self._follower.caught_up()
        except TimeoutError:
            return False
        return True

    async def shown(self) -> Shown:
        """Return what iTerm2 shows, but not what is hidden. Raises ITerm2Trouble, NoSuchPane."""
        title, columns, rows, before = await self._api.variables(
            "name", "columns", "rows", "showingAlternateScreen"
        )
        answer = await self._api.screen()
        (alternate,) = await self._api.variables("showingAlternateScreen")
        top = answer.windowed_coord_range.coord_range.start.y
        still, full = await self._veil.still(), before == alternate == "True"
        hidden = not still or self._veil.hides(top, alternate=full)
        lines = [] if hidden else [row_of(line) for line in answer.contents]
        return Shown(
            text="\n".join(line.text.rstrip() for line in lines).rstrip("\n"),
            coloured="\r\n".join(line.styled for line in lines),
            cursor=(answer.cursor.x, answer.cursor.y - top),
            size=(int(columns), int(rows)),
            alternate=alternate == "True",
            title="" if hidden or title == self._veil.title else title,
        )

    def hide(self) -> None:
        """Have all that is on the screen by now seen by nobody else, also not later."""
        self._veil.draw()
        if self._follower is not None:
            self._follower.expect()

    async def close(self) -> int:
        """Let the session go; its pane is closed only where `kill` said so."""
        follower = self._follower
        if self._forced and follower is not None and not follower.gone:
            await self._api.close()
        else:
            await self.badge.take_off()
        if follower is not None:
            follower.leave()
        self._over(-signal.SIGHUP if self._forced else UNTOLD)
        return self.exited.result()


def _nowhere(_data: bytes) -> None:
    """Take output that nobody asked for yet."""


def _nothing() -> None:
    """Hear that a person typed."""


def _nothing_resized(_cols: int, _rows: int) -> None:
    """Hear that a person changed the size."""
