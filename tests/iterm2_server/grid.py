"""The cells of a session, numbered through all its time: scrollback and screen."""

from collections.abc import Callable, Iterator, Sequence

from tests.iterm2_server.emulator import Emulator, Pin
from tests.iterm2_server.lines import Line, read_line

CHUNK = 16384
SPARE_LINES = 20_000  # the emulator forgets whole pages; a chunk never prints this many lines
type Point = tuple[int, int]  # column, absolute line


class Grid:
    """A screen with `limit` lines of scrollback; the numbers of lines are never reused."""

    def __init__(self, size: Point, limit: int, reply: Callable[[bytes], None]) -> None:
        self._vt = Emulator(size, limit + SPARE_LINES, reply)
        self._limit = limit
        self._under: Emulator | None = None
        self._history = 0
        self.above = 0  # the number of the line at the top of the screen

    @property
    def size(self) -> tuple[int, int]:
        return self._vt.size

    @property
    def alternate(self) -> bool:
        return self._vt.alternate

    @property
    def history(self) -> int:
        return self._history

    @property
    def overflow(self) -> int:
        return self.above - self._history

    @property
    def cursor(self) -> Point:
        x, y = self._vt.cursor
        return x, y + self.above

    def feed(self, data: bytes) -> None:
        """Print; what switches or erases the screen must come alone."""
        for start in range(0, len(data), CHUNK):
            self._print(data[start : start + CHUNK])

    def _print(self, data: bytes) -> None:
        before = 0 if self._vt.alternate else self._vt.scrollback
        pin = Pin(self._vt, 0, before - 1) if before else None
        was_alternate = self._vt.alternate
        self._vt.feed(data)
        if not self._vt.alternate:
            self._under = None
            if not was_alternate:
                self._count(pin)
        if pin is not None:
            pin.free()

    def _count(self, pin: Pin | None) -> None:
        """Learn how far the screen has moved, whatever the emulator has forgotten meanwhile."""
        lines = self._vt.scrollback
        found = pin.where() if pin else (0, -1)
        if lines:
            self.above += lines if found is None else lines - found[1] - 1
        self._history = min(self._limit, lines)

    def resize(self, size: tuple[int, int], points: Sequence[Point]) -> list[Point]:
        """Change the size; returns where these points are then. Lines may be wrapped anew."""
        if self._vt.alternate:  # programs repaint
            self._vt.resize(*size)
            self._under = None
            return list(points)
        offset, overflow = self._vt.scrollback - self.above, self.overflow
        pins = [Pin(self._vt, min(x, self.size[0] - 1), y + offset) for x, y in points]
        self._vt.resize(*size)
        self._history = min(self._limit, self._vt.scrollback)
        self.above = overflow + self._history
        moved = self.above - self._vt.scrollback
        found = [pin.where() or (0, 0) for pin in pins]
        for pin in pins:
            pin.free()
        return [(x, y + moved) for x, y in found]

    def line(self, number: int) -> Line | None:
        """Return a line; None if it is lost or not there yet."""
        if not self.overflow <= number < self.above + self.size[1]:
            return None
        vt = self._vt
        if number < self.above and vt.alternate:
            self._under = self._under or vt.primary()
            vt = self._under
        return read_line(vt, number - self.above + vt.scrollback)

    def lines(self, first: int, end: int) -> Iterator[Line]:
        for number in range(max(first, self.overflow), min(end, self.above + self.size[1])):
            line = self.line(number)
            if line is not None:
                yield line

    def text(self, start: Point, end: Point) -> str:
        """Return the text from one cell up to another, lines that are wrapped as one."""
        parts: list[str] = []
        for number in range(start[1], end[1] + 1):
            line = self.line(number)
            if line is None:
                continue
            first = start[0] if number == start[1] else 0
            last = end[0] if number == end[1] else None
            parts.append("".join(line.copied[first:last]))
            if number < end[1] and not line.soft:
                parts.append("\n")
        return "".join(parts)

    def close(self) -> None:
        self._vt.close()
