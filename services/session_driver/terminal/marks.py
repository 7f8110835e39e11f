"""Finds the marks of our shell integration, and two terminal modes, in a stream of bytes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Self

type Kind = Literal[
    "prompt",
    "input",
    "continuation",
    "command",
    "end",
    "marker",
    "report",
    "bracketed_paste",
    "alternate",
]

LONGEST = 8192
_MARK = re.compile(
    rb"\x1b(?:\](?P<body>(?:133|6973);[^\x07\x1b]{0,%d})(?:\x07|\x1b\\)"
    rb"|\[\?(?P<modes>[\d;]+)(?P<switch>[hl]))" % LONGEST
)
_UNFINISHED = re.compile(
    rb"\x1b(?:\](?:\d{0,4}|(?:133|6973);[^\x07\x1b]{0,%d}\x1b?)|\[(?:\?[\d;]{0,64})?)?\Z" % LONGEST
)
_KINDS: dict[bytes, Kind] = {
    b"133;A": "prompt",
    b"133;B": "input",
    b"133;P": "continuation",
    b"133;C": "command",
    b"133;D": "end",
}
_MODES: dict[bytes, Kind] = {
    b"2004": "bracketed_paste",
    b"1047": "alternate",
    b"1049": "alternate",
    b"47": "alternate",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark; `start` and `end` are offsets of its escape sequence in the whole stream.

    `n` counts commands, `prompt` counts prompts, `value` is the text of a report, `on` the
    state of a mode; an input mark with it says that bracketed paste is about to be switched on.
    A marker is a prompt of a shell that can tell nothing but the exit code of what ended there.
    """

    kind: Kind
    start: int
    end: int
    n: int = 0
    prompt: int = 0
    exit_code: int | None = None
    name: str = ""
    value: str = ""
    on: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """Output up to `end`, and the mark that comes then with its escape sequence, if one does."""

    text: bytes
    end: int
    mark: Mark | None = None
    sequence: bytes = b""

    @property
    def shown(self) -> bytes:
        """What a screen is to be fed: a mark is none of its business, a mode is."""
        modes = self.mark is not None and self.mark.kind in ("bracketed_paste", "alternate")
        return self.text + self.sequence if modes else self.text


class Marks:
    """An incremental scanner; it believes only marks that carry the session's nonce.

    Without a nonce, as in a recording, whatever carries one is a mark.
    """

    def __init__(self, nonce: str = "") -> None:
        self._nonce = nonce.encode()
        self.kept = b""  # the start of a sequence that the next bytes may complete
        self.settled = 0  # the offset up to which everything is decided

    def skip(self, offset: int) -> None:
        """Go on at an offset; what was kept is never completed."""
        self.kept, self.settled = b"", offset

    def feed(self, data: bytes) -> list[Mark]:
        """Return the marks that these bytes complete."""
        if not self.kept and b"\x1b" not in data:
            self.settled += len(data)
            return []
        data = self.kept + data
        found: list[Mark] = []
        done = 0
        for match in _MARK.finditer(data):
            done = match.end()
            found.extend(self._read(match))
        self._keep(data, _unfinished(data, done))
        return found

    def cut(self, data: bytes) -> Iterator[Part]:
        """Cut these bytes, and those kept before, at the marks that they complete."""
        at = start = self.settled
        stream = self.kept + data
        for mark in self.feed(data):
            sequence = stream[mark.start - start : mark.end - start]
            yield Part(stream[at - start : mark.start - start], mark.start, mark, sequence)
            at = mark.end
        yield Part(stream[at - start : self.settled - start], self.settled)

    def _keep(self, data: bytes, start: int) -> None:
        self.kept = data[start:]
        self.settled += start

    def _read(self, match: re.Match[bytes]) -> Iterator[Mark]:
        start, end = self.settled + match.start(), self.settled + match.end()
        modes = match["modes"]
        if modes is not None:
            for mode in modes.split(b";"):
                if mode in _MODES:
                    yield Mark(_MODES[mode], start, end, on=match["switch"] == b"h")
            return
        fields = _Fields.of(match["body"])
        if fields.get(b"eim") == self._nonce or (not self._nonce and b"eim" in fields):
            yield from _mark(fields, start, end)


class _Fields(dict[bytes, bytes]):
    """The parts of a mark: `133;D;0;eim=…;n=6`."""

    kind: bytes
    first: bytes

    @classmethod
    def of(cls, body: bytes) -> Self:
        number, letter, *rest = body.split(b";")
        fields = cls(part.split(b"=", 1) for part in rest if b"=" in part)
        fields.kind = number + b";" + letter
        fields.first = rest[0] if rest else b""
        return fields

    def number(self, name: bytes) -> int | None:
        value = self.get(name, b"")
        return int(value) if value.isdigit() and len(value) < 10 else None


def _mark(fields: _Fields, start: int, end: int) -> Iterator[Mark]:
    n, prompt = fields.number(b"n") or 0, fields.number(b"p") or 0
    if fields.kind in _KINDS:
        code = int(fields.first) if fields.first.isdigit() else fields.number(b"d")
        paste = fields.get(b"w") == b"1"
        yield Mark(_KINDS[fields.kind], start, end, n, prompt, code, on=paste)
    elif fields.kind.startswith(b"6973;"):
        name, _, value = fields.kind[5:].partition(b"=")
        if name == b"exit":
            yield Mark("marker", start, end, n, prompt, int(value) if value.isdigit() else None)
            return
        text = value.decode(errors="replace")
        yield Mark("report", start, end, n, prompt, name=name.decode(errors="replace"), value=text)


def _unfinished(data: bytes, done: int) -> int:
    """Find where a sequence starts that the next bytes may complete; the end if there is none."""
    last = data.rfind(b"\x1b", done)
    if last < 0:
        return len(data)
    before = data.rfind(b"\x1b", done, last)
    if last == len(data) - 1 and before >= 0 and _UNFINISHED.match(data, before):
        return before  # the last ESC may be the first half of the terminator
    return last if _UNFINISHED.match(data, last) else len(data)
