"""Waits until a terminal prints something, or nothing."""

import asyncio
import time
from collections.abc import Callable
from contextlib import nullcontext

from services.contract.terminal import Waited, WaitFor
from services.runtime.rpc import Declined
from services.session_driver.hearing import Hearing
from services.session_driver.playback import Piece, last_piece, piece_at, pieces
from services.session_driver.search import Found, Search
from services.session_driver.terminal.expression import BadExpression, expression
from services.session_driver.terminals import OpenTerminals

PAUSE = 0.1
"""Seconds without output after which a line without an end is tested too: it may be a question."""


class Waiting:
    """One question, held until it is answered or its time is over."""

    def __init__(self, terminals: OpenTerminals, question: WaitFor) -> None:
        self._log = terminals.log
        self._question = question
        self._live = terminals.get(question.session_id)
        self._hearing = Hearing(self._live) if self._live else None
        self._since = time.monotonic() - self._quiet_already() / 1000

    def _quiet_already(self) -> int:
        """Return the milliseconds that the asker counted, if nothing came since then."""
        asked = self._question
        return asked.quiet_ms if self._hearing and self._hearing.end == asked.offset else 0

    async def held(self) -> Waited:
        """Wait. Raises Declined."""
        with self._hearing.listening() if self._hearing else nullcontext():
            if self._question.idle_ms:
                return await self._quiet()
            if self._question.text or self._question.pattern:
                return await self._printed()
            return await self._anything()

    async def _anything(self) -> Waited:
        hearing, since = self._hearing, self._question.offset
        if hearing is None:
            return Waited(status="session_closed")
        since = since if since >= 0 else hearing.end
        if hearing.end <= since and not hearing.over:
            await _news(hearing, self._question.hold_ms / 1000)
        if hearing.over:
            return Waited(status="session_closed", next_offset=hearing.end)
        status = "matched" if hearing.end > since else "not_yet"
        return Waited(status=status, next_offset=hearing.end)

    async def _quiet(self) -> Waited:
        """Count from the last output on, but never from before the first question."""
        hearing, wanted = self._hearing, self._question.idle_ms / 1000
        until = time.monotonic() + self._question.hold_ms / 1000
        while hearing and not hearing.over:
            now = time.monotonic()
            left = min(self._since + wanted, until) - now
            if left <= 0:
                status = "matched" if self._silence() >= self._question.idle_ms else "not_yet"
                return Waited(status=status, next_offset=hearing.end, quiet_ms=self._silence())
            if await _news(hearing, left):
                self._since = time.monotonic()
        return Waited(status="session_closed", next_offset=hearing.end if hearing else 0)

    def _silence(self) -> int:
        return int((time.monotonic() - self._since) * 1000)

    async def _printed(self) -> Waited:
        search = Search(_matcher(self._question), self._nonce(), await self._begin())
        found, over = None, False
        try:
            async with asyncio.timeout(self._question.hold_ms / 1000):
                found = await self._found(search)
                over = found is None
        except TimeoutError:
            found = search.unfinished()
        return Waited(
            status="matched" if found else "session_closed" if over else "not_yet",
            line=found.line if found else "",
            next_offset=found.go_on if found else search.go_on,
            gap_bytes=search.gap_bytes,
        )

    def _nonce(self) -> str:
        return self._live.terminal.identity.nonce if self._live else ""

    async def _begin(self) -> int:
        """Return the offset from which to search."""
        if self._question.offset >= 0:
            return self._question.offset
        live = self._live
        if live is None:
            last = await last_piece(self._log, self._question.session_id)
            return last.end if last else 0
        run = live.terminal.running if live.call_id == self._question.call_id else None
        return (run.first_offset if run else 0) or live.terminal.offset

    async def _found(self, search: Search) -> Found | None:
        """Return what is found, None where the session ended without it."""
        hearing = self._hearing
        if hearing is None:
            return await self._recorded(search, None) or search.unfinished()
        found = None
        while not found:
            found = await self._caught_up(search, hearing)
            if hearing.over:
                return found or search.unfinished()
            if not found and not await _news(hearing, PAUSE):
                found = search.unfinished() or await _nothing_before(hearing.news)
        return found

    async def _caught_up(self, search: Search, hearing: Hearing) -> Found | None:
        while search.end < hearing.end:
            if search.end < hearing.start:
                found = await self._recorded(search, hearing.start)
            else:
                found = self._heard(search, hearing)
                await asyncio.sleep(0)  # much output must not keep others waiting
            if found:
                return found
        return None

    def _heard(self, search: Search, hearing: Hearing) -> Found | None:
        chunk = hearing.next()
        if chunk is None:
            return None
        if chunk.typed:
            search.typed(chunk.offset, marked=self._marked())
        return search.feed(chunk.offset, chunk.data)

    def _marked(self) -> bool:
        return self._live is None or self._live.terminal.prompt.integration == "full"

    async def _recorded(self, search: Search, end: int | None) -> Found | None:
        """Search what is recorded up to an offset, or all of it."""
        if self._live and end is not None:
            await self._live.recorder.stored(end)
        first = await piece_at(self._log, self._question.session_id, search.end)
        start = first.sequence if first else 0
        async for piece in pieces(self._log, self._question.session_id, start):
            if piece.kind == "output" and (found := self._of_piece(search, piece)):
                return found
            if end is not None and piece.end >= end:
                break
            await asyncio.sleep(0)
        if end is not None and search.end < end:
            search.feed(end, b"")
        return None

    def _of_piece(self, search: Search, piece: Piece) -> Found | None:
        """Search a record; it says where command lines were typed."""
        at = piece.offset
        for marker in piece.markers.split():
            typed = int(marker.partition("=")[0])
            if typed < search.end:
                continue  # what is searched begins behind it
            if found := search.feed(at, piece.body[at - piece.offset : typed - piece.offset]):
                return found
            search.typed(typed, marked=self._marked())
            at = max(at, typed)
        return search.feed(at, piece.body[at - piece.offset :])


async def _nothing_before(news: asyncio.Event) -> None:
    await news.wait()


async def _news(hearing: Hearing, seconds: float) -> bool:
    """Whether there is more before so much time has passed."""
    hearing.news.clear()
    try:
        async with asyncio.timeout(seconds):
            await hearing.news.wait()
    except TimeoutError:
        return False
    return True


def _matcher(question: WaitFor) -> Callable[[str], bool]:
    if question.text:
        return lambda line: question.text in line
    try:
        return expression(question.pattern)
    except BadExpression as error:
        raise Declined("bad_pattern", str(error)) from error
