"""Reads the rows of a session in pages and gives them out as a stream."""

from collections.abc import Callable

from iterm2.api_pb2 import GetBufferResponse

from services.session_driver.terminal.iterm2.api_session import ApiSession
from services.session_driver.terminal.iterm2.cells import Row, row_of
from services.session_driver.terminal.iterm2.rendering import ALTERNATE, PRIMARY, Rendering
from services.session_driver.terminal.iterm2.veil import Veil

PAGE = 400
"""Rows that are asked for at once: what decoding them takes is a pause of the event loop."""

ANEW = b"\r\n\x1b[2m[the width changed: lines of the screen may be missing here]\x1b[0m\r\n"

type Give = Callable[[bytes], None]


class Writer:
    """Writes down what is final, and where it is quiet also what is on the screen.

    Both stop where something was told meanwhile that belongs before the rows just read: a mark has
    its place among the rows. `told` says whether there is such news. Nothing is written of rows
    that are hidden, also where they were asked for before they were.
    """

    def __init__(self, api: ApiSession, rendering: Rendering, give: Give, veil: Veil) -> None:
        self._api = api
        self.veil = veil
        self._give = give
        self.rendering = rendering
        self.alternate = False
        self.told: Callable[[], bool] = lambda: False

    def say(self, data: bytes) -> None:
        """Give something out between rows."""
        if data:
            self._give(data)

    async def up_to(self, line: int) -> None:
        """Write every row before this one, or go back to it."""
        rendering, line = self.rendering, max(line, self.veil.floor)
        if line < rendering.line and not self.veil.drawn:
            self.say(rendering.back_to(line))
        while rendering.line < line:
            end = min(line, rendering.line + PAGE)
            answer = await self._read(rendering.line, end)
            if answer is None:
                return
            self._write(answer, end)

    async def _read(self, first: int, end: int) -> GetBufferResponse | None:
        answer = await self._api.lines(first, end)
        return answer if await self.veil.still() else None

    def _write(self, answer: GetBufferResponse, end: int) -> None:
        rows = [row_of(line) for line in answer.contents]
        first = end - len(rows)
        if first > self.rendering.line:
            self.say(self.rendering.missed(first))
        self.say(self.rendering.finals(rows))

    async def begin_of(self, line: int, columns: int) -> None:
        """Write the first columns of a row."""
        answer = await self._read(line, line + 1)
        if answer is None or line < self.veil.floor:
            self.say(self.rendering.partial(" " * columns))
        elif answer.contents:
            self.say(self.rendering.partial(row_of(answer.contents[0], columns).styled))

    def rise(self) -> None:
        """Go on below what is hidden."""
        if self.rendering.line < self.veil.floor:
            self.rendering = Rendering(self.veil.floor)
            self.say(ANEW if self.veil.anew else b"\r")

    async def history(self) -> None:
        """Write what has left the screen; it changes no more."""
        counts = await self._api.counts()
        (alternate,) = await self._api.variables("showingAlternateScreen")
        while not self.told() and self.rendering.line < counts.top:
            end = min(counts.top, self.rendering.line + PAGE)
            answer = await self._read(self.rendering.line, end)
            if answer is not None and not self.told():
                self._write(answer, end)
        if not self.told():
            self._switch(alternate == "True")

    def _switch(self, alternate: bool) -> None:
        if alternate != self.alternate:
            self.alternate = alternate
            self.say(ALTERNATE if alternate else PRIMARY)

    async def screen(self, *, whole_line: bool) -> None:
        """Write the screen down to its cursor; the row of the cursor up to it, or all of it."""
        if self.alternate:
            return  # what a full-screen program shows is never final
        answer = await self._api.screen()
        first = answer.windowed_coord_range.coord_range.start.y
        if not await self.veil.still() or self.told() or first < self.veil.floor:
            return
        cursor = (answer.cursor.x, answer.cursor.y)
        if first > self.rendering.line:
            await self.up_to(first)
        if cursor[1] < self.rendering.line:
            self.say(self.rendering.back_to(max(cursor[1], first)))
        rows = answer.contents[self.rendering.line - first : cursor[1] - first]
        self.say(self.rendering.finals([row_of(row) for row in rows]))
        if cursor[1] - first < len(answer.contents):
            last = answer.contents[cursor[1] - first]
            row: Row = row_of(last, None if whole_line else cursor[0])
            self.say(self.rendering.partial(row.styled))
