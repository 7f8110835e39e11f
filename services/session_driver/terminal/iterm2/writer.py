"""Reads the rows of a session in pages and gives them out as a stream."""

from collections.abc import Callable

from iterm2.api_pb2 import GetBufferResponse

from services.session_driver.terminal.iterm2.api_session import ApiSession
from services.session_driver.terminal.iterm2.cells import Row, row_of
from services.session_driver.terminal.iterm2.rendering import ALTERNATE, PRIMARY, Rendering

PAGE = 400
"""Rows that are asked for at once: what decoding them takes is a pause of the event loop."""

type Give = Callable[[bytes], None]


class Writer:
    """Writes down what is final, and where it is quiet also what is on the screen.

    Both stop where something was told meanwhile that belongs before the rows just read: a mark has
    its place among the rows. `told` says whether there is such news.
    """

    def __init__(self, api: ApiSession, rendering: Rendering, give: Give) -> None:
        self._api = api
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
        rendering = self.rendering
        if line < rendering.line:
            self.say(rendering.back_to(line))
        while rendering.line < line:
            end = min(line, rendering.line + PAGE)
            self._write(await self._api.lines(rendering.line, end), end)

    def _write(self, answer: GetBufferResponse, end: int) -> None:
        rows = [row_of(line) for line in answer.contents]
        first = end - len(rows)
        if first > self.rendering.line:
            self.say(self.rendering.missed(first))
        self.say(self.rendering.finals(rows))

    async def begin_of(self, line: int, columns: int) -> None:
        """Write the first columns of a row."""
        answer = await self._api.lines(line, line + 1)
        if answer.contents:
            self.say(self.rendering.partial(row_of(answer.contents[0], columns).styled))

    async def history(self) -> None:
        """Write what has left the screen; it changes no more."""
        counts = await self._api.counts()
        (alternate,) = await self._api.variables("showingAlternateScreen")
        while not self.told() and self.rendering.line < counts.top:
            end = min(counts.top, self.rendering.line + PAGE)
            answer = await self._api.lines(self.rendering.line, end)
            if not self.told():
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
        if self.told():
            return
        first = answer.windowed_coord_range.coord_range.start.y
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
