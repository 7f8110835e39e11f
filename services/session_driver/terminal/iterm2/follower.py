"""Follows one session: wakes when something happened there, reads what is new, catches up."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from iterm2.api_pb2 import ListSessionsResponse, Notification

from services.session_driver.terminal.host import NoSuchPane
from services.session_driver.terminal.iterm2.api_session import ApiSession, sizes_in
from services.session_driver.terminal.iterm2.happened import Happened, Started, told
from services.session_driver.terminal.iterm2.prompting import Prompting
from services.session_driver.terminal.iterm2.rendering import Position
from services.session_driver.terminal.iterm2.trouble import ITerm2Trouble
from services.session_driver.terminal.iterm2.writer import Writer

logger = logging.getLogger(__name__)
RUNNING, IDLE = 0.1, 5.0
"""Seconds between two looks while a command runs, and else: notices of a session that nobody sees
come once a second, and its scrollback may be short."""
QUIET = 0.3
"""Seconds without news after which what is on the screen counts as final."""
PROMPT_LATE = 1.0
"""Seconds for the prompt after the end of a command."""
AGAIN, EXPECTED = 0.5, 3.0
ANSWERS = 10
"""How often is asked what was missed, while ever more is told."""
HELD = 200
"""Notices of prompts that are kept while iTerm2 does not answer."""


@dataclass
class Told:
    """What the host wants to hear of."""

    typed: Callable[[], None]
    resized: Callable[[int, int], None]
    in_front: Callable[[], bool]
    lives: Callable[[], bool]


class Follower:
    """One for each adopted session."""

    def __init__(self, api: ApiSession, writer: Writer, prompting: Prompting, tell: Told) -> None:
        self._api = api
        self._writer = writer
        self._prompting = prompting
        self._tell = tell
        writer.told = lambda: bool(self._events) or writer.veil.drawn
        self._events: deque[Happened] = deque(maxlen=HELD)
        self._woken = asyncio.Event()
        self._news = True
        self._told = 0
        self._joined = False
        self._look = False
        self._typed = False
        self._changed = self._ended = self._busy = self._moving = 0.0
        self._waiting: list[asyncio.Future[None]] = []
        self.columns = 0
        self.gone = False

    def take(self, notice: Notification | None) -> None:
        """Take a notice; None says that the connection is another one."""
        now = asyncio.get_running_loop().time()
        if notice is None:
            self._joined = False
        elif notice.HasField("prompt_notification"):
            self._heard(told(notice.prompt_notification), now)
        elif notice.HasField("keystroke_notification"):
            self._typed = True
            self._tell.typed()
        elif notice.HasField("layout_changed_notification"):
            self._moved(notice.layout_changed_notification.list_sessions_response)
        elif notice.HasField("terminate_session_notification"):
            self.gone = True
        self._changed, self._news = now, True
        self._woken.set()

    def _heard(self, happened: Happened | None, now: float) -> None:
        """Believe of a prompt what is told while the shell has the keyboard.

        A program can print what makes iTerm2 tell of ends and prompts, and then iTerm2 does not
        know the true end any more.
        """
        if happened is None:
            return
        if isinstance(happened, Started) or self._tell.in_front():
            self._events.append(happened)
            self._told += 1
            self._ended = now
        else:
            self._prompting.doubt(happened)

    def _moved(self, told: ListSessionsResponse) -> None:
        size = sizes_in(told).get(self._api.id)
        if size is None or size[0] != self.columns:
            self._joined = False  # gone, buried, or its lines are wrapped anew: look again
            self._moving = asyncio.get_running_loop().time()

    def expect(self) -> None:
        """Something was typed, so something will be printed: look often for a while."""
        self._busy = asyncio.get_running_loop().time() + EXPECTED
        self._woken.set()

    async def caught_up(self) -> None:
        """Wait until everything that is on the screen now is in the stream."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(done)
        self._woken.set()
        await done

    def leave(self) -> None:
        """Follow no longer."""
        self.gone = True
        self._woken.set()

    async def run(self) -> None:
        """Follow until the session is gone."""
        trouble = ""
        while not self.gone:
            await self._wake()
            try:
                await self._step()
                trouble = ""
            except NoSuchPane:
                self.gone = True
            except ITerm2Trouble as error:
                if error.code != trouble:
                    logger.warning("session %s cannot be read: %s", self._api.id, error)
                trouble, self._joined = error.code, False
                self.gone = not self._tell.lives()
                await asyncio.sleep(AGAIN)
        self._answer([*self._waiting])

    async def _wake(self) -> None:
        busy = self._busy > asyncio.get_running_loop().time()
        pause = RUNNING if self._prompting.command or self._events or busy else IDLE
        if self._news:
            pause = min(pause, QUIET)
        with suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await self._woken.wait()
        self._woken.clear()

    async def _step(self) -> None:
        waiting = [*self._waiting]
        if not self._joined:
            await self._join()
        if not await self._unveiled():
            self._news = True  # look again, soon
            return
        await self._read(look=bool(waiting))
        while self._events:
            await self._read(look=bool(waiting))
        self._answer(waiting)

    async def _unveiled(self) -> bool:
        """Move out of sight what is hidden, but not for each step of a window that is drawn."""
        veil = self._writer.veil
        if veil.drawn and asyncio.get_running_loop().time() - self._moving < QUIET:
            return False
        if not await veil.lifted():
            return False
        self._writer.rise()
        return True

    async def _read(self, *, look: bool) -> None:
        """Take what was told, then read what is new; what is told meanwhile comes first again."""
        while self._events:
            await self._prompting.take(self._events[0])
            self._events.popleft()
            self._typed = False
        now = asyncio.get_running_loop().time()
        if self._prompting.ended and now - self._ended > PROMPT_LATE:
            await self._late()
        await self._writer.history()
        if look or (self._news and now - self._changed >= QUIET):
            self._news = False
            await self._writer.screen(whole_line=self._typed)
            self._news = self._news or bool(self._events)

    async def _late(self) -> None:
        await self._writer.screen(whole_line=False)
        await self._prompting.conclude_without_prompt()

    async def _join(self) -> None:
        """Hear of the session again, and of what happened meanwhile."""
        await self._api.listen()
        size = await self._api.size()
        if size[0] not in (0, self.columns):
            await self._measure(*size)
        self._joined = True
        self._events.extendleft(reversed(await self._missed()))

    async def _missed(self) -> list[Happened]:
        """Ask anew where something was told meanwhile: the answers are then of different times."""
        for _ in range(ANSWERS):
            heard, missed = self._told, await self._prompting.missed()
            if heard == self._told:
                return missed
        return []  # what was told is all in order, and nothing is known of what was before

    async def _measure(self, cols: int, rows: int) -> None:
        """Lines are numbered anew where the width changes: go on at the cursor."""
        if self.columns:
            screen = await self._api.screen()
            self._writer.rendering.line = screen.cursor.y
            self._writer.rendering.part = ""
            self._tell.resized(cols, rows)
            if self._writer.veil.floor:
                self._writer.veil.draw(anew=True)
        self.columns = cols

    def _answer(self, waiting: list[asyncio.Future[None]]) -> None:
        for each in waiting:
            self._waiting.remove(each)
            if not each.done():
                each.set_result(None)

    def position(self) -> Position:
        """Return where the stream is."""
        rendering, prompting = self._writer.rendering, self._prompting
        return Position(
            line=rendering.line,
            part=rendering.part,
            wrapped=rendering.wrapped,
            columns=self.columns,
            alternate=self._writer.alternate,
            told=prompting.told,
            n=prompting.n,
            prompts=prompting.prompts,
            prompt=prompting.prompt,
            command=prompting.command,
            code=prompting.code,
            cwd=prompting.cwd,
        )
