"""Hides what a person left on the screen when they returned control: for good, and from everybody.

Rows are numbered for ever, but on the screen a program can move them to other numbers. So they are
scrolled into the scrollback, which stays the person's and which no program reaches: what is on the
screen then was printed afterwards. Until they are there nothing at all is read.
"""

from collections.abc import Callable

from iterm2.api_pb2 import GetBufferResponse

from services.session_driver.terminal.iterm2.api_session import ApiSession, Counts
from services.session_driver.terminal.iterm2.notes import Kept

_FREE = "\x1b[?69l\x1b[?6l\x1b[r"  # in a region that scrolls alone nothing would leave the screen
_BLANK = b"\x1b[2J"


class Veil:
    """One for each adopted session; what it knows outlives the driver, except a title."""

    def __init__(self, api: ApiSession, kept: Kept, save: Callable[[], None]) -> None:
        self._api = api
        self._kept = kept
        self._save = save
        self._draws = 0
        self._in_vain: Counts | None = None
        self._columns = ""
        self.anew = False
        self.title: str | None = None

    @property
    def floor(self) -> int:
        """The number of the first row that may be read."""
        return self._kept.floor

    @property
    def drawn(self) -> bool:
        """Whether all that is on the screen is hidden."""
        return self._kept.veiled

    def draw(self, *, anew: bool = False) -> None:
        """Hide all that is on the screen by now; `anew`: since nobody knows where the hidden is."""
        self._draws += 1
        self.anew = anew
        self._in_vain = None
        self._kept.veiled = True
        self._save()

    def hides(self, first: int, *, alternate: bool) -> bool:
        """Whether a screen that begins with this row is not to be seen."""
        return self.drawn or (first < self.floor and not alternate)

    async def still(self) -> bool:
        """Whether the rows just read could be read: those of another width are numbered anew."""
        if not self.drawn and self.floor:
            (columns,) = await self._api.variables("columns")
            if columns != self._columns:
                self.draw(anew=True)
        return not self.drawn

    async def lifted(self) -> bool:
        """Whether nothing hidden is on the screen (any more)."""
        if not self.drawn and not self.floor:
            return True
        draws, counts = self._draws, await self._api.counts()
        name, columns, alternate = await self._api.variables(
            "name", "columns", "showingAlternateScreen"
        )
        if self.drawn or self.title is None:
            self.title, self._columns = name, columns
        if alternate == "True":
            return not self.drawn or await self._blank(draws, counts)
        if not self.hides(counts.top, alternate=False):
            return True
        return counts != self._in_vain and await self._scroll(draws)

    async def _blank(self, draws: int, counts: Counts) -> bool:
        """Clear the screen of a full-screen program; what lies under it is hidden as it is."""
        await self._api.inject(_BLANK)
        return self._known(draws, counts.end)

    async def _scroll(self, draws: int) -> bool:
        screen = await self._api.screen()
        first, rows = _top(screen), len(screen.contents)
        hidden = min(rows if self.drawn else self.floor - first, rows)
        if hidden <= 0:
            return False
        await self._api.inject(_scrolled(screen, hidden))
        counts = await self._api.counts()
        if counts.top < first + hidden:
            self._in_vain = counts
            return False
        return self._known(draws, first + hidden)

    def _known(self, draws: int, floor: int) -> bool:
        """Take it that all rows before this one are hidden, if nobody hid more meanwhile."""
        if draws != self._draws:
            return False
        self._kept.floor, self._kept.veiled = floor, False
        self._save()
        return True


def _top(screen: GetBufferResponse) -> int:
    return screen.windowed_coord_range.coord_range.start.y


def _scrolled(screen: GetBufferResponse, count: int) -> bytes:
    """Scroll so many rows off; the cursor goes with its row, as far as the top, in its column."""
    row = max(screen.cursor.y - _top(screen) - count, 0) + 1
    column = screen.cursor.x + 1
    bottom = f"\x1b[{len(screen.contents)};1H"
    return f"{_FREE}{bottom}{'\n' * count}\x1b[{row};{column}H".encode()
