"""What a person presses: keys for the session, and commands for the view after a prefix.

A terminal sends more than keys. What it replies to the questions of programs is dropped: the driver
answers those, whether or not somebody looks, so that a program hears one answer however many
terminals show it, and so that a reply is never taken for a person who wants control. (Shift-F3 on
the first row reads like a reply, and is dropped with them.)
"""

import re
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

type Command = Literal["detach", "take", "give_back", "help"]

COMMANDS: Final[dict[bytes, Command]] = {
    b"q": "detach",
    b"t": "take",
    b"r": "give_back",
    b"?": "help",
}
KEPT: Final = 4096
"""Bytes of a reply that is not complete; what is longer is none."""
_TOKEN: Final = re.compile(
    rb"""
    (?P<prefix> \x1d | \x1b\[93;5u | \x1b\[27;5;93~ )
    | (?P<paste> \x1b\[200~ )
    | (?P<passive> \x1b\[[IO] | \x1b\[<(?:35|39|43|47|51|55|59|63);\d+;\d+[Mm] )
    | (?P<reply> \x1b (?:
        \[ (?: [?>=][\d;]*c | \d[\d;]*c | \??\d+;\d+(?:;\d+)?R | \??\d[\d;]*n | \??[\d;]+\$y
             | \d[\d;]*t | \?\d*u | \d+;[\d;]+x )
        | \]\d[^\x07\x1b]*(?:\x07|\x1b\\)
        | P[\d>!$+|][^\x1b]*\x1b\\
        | _G[^\x1b]*\x1b\\ ) )
    | (?P<key> [^\x1b\x1d]+ | \x1b )
    """,
    re.VERBOSE | re.DOTALL,
)
_BEGUN: Final = re.compile(
    rb"\x1b(?:\[[?>=<][\d;$]*|\]\d[^\x07\x1b]*\x1b?|P[\d>!$+|][^\x1b]*\x1b?|_G[^\x1b]*\x1b?)\Z"
)
_PASTED: Final = b"\x1b[201~"


class Keys(NamedTuple):
    """What the session gets. `passive` are not pressed: the mouse passes by, the window is left."""

    data: bytes
    passive: bool = False


class Keyboard:
    """Cuts what a terminal sends into keys and commands, whatever pieces it comes in."""

    def __init__(self) -> None:
        self._kept = b""
        self._pasting = False
        self._pasted = b""
        self._prefix = b""

    @property
    def unfinished(self) -> bool:
        """Whether something waits that may be a reply; `flush` it if nothing follows."""
        return bool(self._kept)

    def feed(self, data: bytes) -> Iterator[Keys | Command]:
        """Return what was pressed."""
        data, self._kept = self._kept + data, b""
        if not self._pasting and (begun := _BEGUN.search(data)) and len(begun[0]) < KEPT:
            data, self._kept = data[: begun.start()], begun[0]
        yield from self._cut(data)

    def flush(self) -> Iterator[Keys | Command]:
        """Return what waited in vain."""
        data, self._kept = self._kept, b""
        yield from self._pressed(data)

    def _cut(self, data: bytes) -> Iterator[Keys | Command]:
        at = 0
        while at < len(data):
            if self._pasting:
                stop = self._end_of_paste(data, at)
                yield Keys(data[at:stop])
                at = stop
            elif token := _TOKEN.match(data, at):
                at = token.end()
                yield from self._meant(token)

    def _end_of_paste(self, data: bytes, at: int) -> int:
        """Return where the paste ends, or the data; its end may come in two pieces."""
        seen = self._pasted + data[at:]
        end = seen.find(_PASTED)
        self._pasting = end < 0
        if self._pasting:
            self._pasted = seen[-len(_PASTED) + 1 :]
            return len(data)
        stop = at + end + len(_PASTED) - len(self._pasted)
        self._pasted = b""
        return stop

    def _meant(self, token: re.Match[bytes]) -> Iterator[Keys | Command]:
        match token.lastgroup:
            case "prefix":
                yield from self._prefixed(token[0])
            case "passive":
                yield Keys(token[0], passive=True)
            case "reply":
                return
            case kind:
                self._pasting = kind == "paste"
                yield from self._pressed(token[0])

    def _prefixed(self, prefix: bytes) -> Iterator[Keys]:
        """The prefix twice is for the session, once."""
        if self._prefix:
            yield Keys(prefix)
        self._prefix = b"" if self._prefix else prefix

    def _pressed(self, data: bytes) -> Iterator[Keys | Command]:
        if self._prefix and data:
            self._prefix = b""
            yield COMMANDS.get(data[:1].lower(), "help")
            data = data[1:]
        if data:
            yield Keys(data)
