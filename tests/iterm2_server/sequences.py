"""Takes the escape sequences that are news for iTerm2 out of what a program prints."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST = 1 << 20
_NEWS = re.compile(
    rb"\x1b\](?P<number>0|1|2|7|133|1337);(?P<body>[^\x07\x1b]*)(?:\x07|\x1b\\)"
    rb"|(?P<switch>\x1b\[(?:\?[\d;]+[hl]|[0-3]?J)|\x1bc)"
)
_UNFINISHED = re.compile(rb"\x1b(?:\](?:\d{0,4}|\d{1,4};[^\x07\x1b]*\x1b?)|\[(?:\?[\d;]*|\d)?)?\Z")


@dataclass(frozen=True, slots=True)
class Shown:
    """Bytes for the emulator. What may move the whole screen comes alone."""

    data: bytes


@dataclass(frozen=True, slots=True)
class News:
    """An operating system command."""

    number: int
    body: str


class Sequences:
    """An incremental splitter."""

    def __init__(self) -> None:
        self._kept = b""

    def feed(self, data: bytes) -> Iterator[Shown | News]:
        data = self._kept + data
        at = 0
        for match in _NEWS.finditer(data):
            if match.start() > at:
                yield Shown(data[at : match.start()])
            yield _piece(match)
            at = match.end()
        end = _decided(data, at)
        self._kept = data[end:]
        if end > at:
            yield Shown(data[at:end])


def _piece(match: re.Match[bytes]) -> Shown | News:
    if match["switch"]:
        return Shown(match["switch"])
    return News(int(match["number"]), match["body"].decode(errors="replace"))


def _decided(data: bytes, at: int) -> int:
    """Find the start of a sequence that more bytes may complete; the end if there is none."""
    last = data.rfind(b"\x1b", at)
    if last < 0 or len(data) - last > LONGEST:
        return len(data)
    before = data.rfind(b"\x1b", at, last)
    if last == len(data) - 1 and before >= 0 and _UNFINISHED.match(data, before):
        return before  # this ESC may be the first half of a terminator
    return last if _UNFINISHED.match(data, last) else len(data)
