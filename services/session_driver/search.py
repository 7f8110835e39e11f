"""Looks for a line in what a terminal prints. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

from services.session_driver.terminal.marks import Marks, Part
from services.session_driver.terminal.plain import LONGEST_LINE, Plain

SHELL_AGAIN = {"command", "prompt", "marker", "end"}
"""Marks after which the terminal no longer shows what was typed at the prompt."""
_HIDDEN = bytes(byte if byte == 0x0A else 0 for byte in range(256))


@dataclass(frozen=True, slots=True)
class Found:
    """The line that matches, and the offset from which a search for the next one goes on."""

    line: str
    go_on: int


class Search:
    """Takes output in order, from an offset on, and tests each line once it is complete.

    A command line that is typed is shown by the terminal, and would match itself: it is left out,
    up to the mark that the shell sets before the command, or to its first line feed where there
    are no such marks.
    """

    def __init__(self, matches: Callable[[str], bool], nonce: str, at: int) -> None:
        self._matches = matches
        self._marks = Marks(nonce)
        self._marks.skip(at)
        self._plain = Plain()
        self._typed: int | None = None
        self._marked = True
        self.end = self.go_on = at
        self.gap_bytes = 0

    def typed(self, at: int, *, marked: bool) -> None:
        """Leave out the command line that is typed at an offset; `marked` says how it ends."""
        self._typed, self._marked = at, marked

    def feed(self, offset: int, data: bytes) -> Found | None:
        """Take the output at an offset; what is missing before it ends the line there."""
        if offset + len(data) <= self.end:
            return None
        if offset > self.end:
            self._skip(offset)
        data = data[self.end - offset :]
        self.end += len(data)
        for part in self._marks.cut(data):
            if found := self._take(part):
                return found
            if part.mark is not None and part.mark.kind in SHELL_AGAIN:
                self._typed = None
        return None

    def unfinished(self) -> Found | None:
        """Test the line that has no end yet."""
        line = self._plain.unfinished
        return Found(line, self.end) if line and self._matches(line) else None

    def _skip(self, offset: int) -> None:
        self.gap_bytes += offset - self.end
        self._marks.skip(offset)
        self._plain = Plain()
        self.end = self.go_on = offset

    def _take(self, part: Part) -> Found | None:
        shown = self._without_typed(part)
        printed = self._plain.feed(shown)
        start = part.end - len(part.text)
        if last := shown.rfind(b"\n") + 1:
            self.go_on = start + last
        self.go_on = max(self.go_on, part.end - LONGEST_LINE)
        for number, line in enumerate(printed.split("\n")):
            if line and self._matches(line):
                return Found(line, _after(shown, number, start))
        return None

    def _without_typed(self, part: Part) -> bytes:
        """Return the output with only line feeds left of a command line."""
        start = part.end - len(part.text)
        if self._typed is None or part.end <= self._typed:
            return part.text
        before = part.text[: max(0, self._typed - start)]
        typed, after = part.text[len(before) :], b""
        if not self._marked and b"\n" in typed:
            cut = typed.index(b"\n") + 1
            typed, after = typed[:cut], typed[cut:]
            self._typed = None
        return before + typed.translate(_HIDDEN) + after


def _after(shown: bytes, number: int, start: int) -> int:
    """Return the offset after a line, counted from 0; the end where a line feed was no line's."""
    at = 0
    for _ in range(number + 1):
        at = shown.find(b"\n", at) + 1
        if not at:
            return start + len(shown)
    return start + at
