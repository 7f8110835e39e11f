"""A command line split into words the way all POSIX shells agree on; a parser checks it later."""

import re
from collections.abc import Callable, Mapping

import msgspec

_TOKEN = re.compile(
    r"""
      (?P<escape>\\[\s\S])
    | '(?P<single>[^']*)'
    | "(?P<double>(?:[^"\\]|\\[\s\S])*)"
    | (?P<blank>[ \t]+)
    | (?P<redirect>[0-9]*(?:&>>|&>|<<<|<<-|<<|<>|<&|>>|>\||>&|[<>]))
    | (?P<end>&&|\|\||[;|&\n()`]|\$\()
    | (?P<bare>(?:[^\s\\'"|&;()<>`$]|\$(?!\())+)
    | (?P<odd>[\s\S])
    """,
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\([\s\S])")
_ESCAPE_IN_QUOTES = re.compile(r'\\([$`"\\\n])')
_INERT_IN_QUOTES = re.compile(r"\\[\s\S]|[^$`]")


class Word(msgspec.Struct, frozen=True):
    """A word after quote removal; `bare` keeps only its unquoted characters."""

    text: str = ""
    bare: str = ""

    @property
    def globs(self) -> bool:
        return any(char in self.bare for char in "*?[")


class Redirect(msgspec.Struct, frozen=True):
    """An operator with its file descriptor, and the word after it."""

    operator: str
    target: Word


class Segment(msgspec.Struct, frozen=True):
    """One command: its words and its redirections."""

    words: tuple[Word, ...] = ()
    redirects: tuple[Redirect, ...] = ()

    @property
    def argv(self) -> tuple[str, ...]:
        return tuple(word.text for word in self.words)


class Line(msgspec.Struct, frozen=True):
    """All commands of a text. `whole` is false where a quote stays open."""

    segments: tuple[Segment, ...]
    whole: bool
    nested: tuple[str, ...] = ()


def split(text: str) -> Line:
    reader = _Reader()
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup or "odd"
        _HANDLERS[kind](reader, token[kind])
    reader.end("")
    return Line(tuple(reader.segments), reader.whole, tuple(reader.nested))


def skeleton(text: str) -> str:
    """The text with every character that quoting makes inert replaced by NUL."""
    return _TOKEN.sub(_inert, text)


def _inert(token: re.Match[str]) -> str:
    match token.lastgroup:
        case "single" | "escape":
            return "\0" * len(token[0])
        case "double":
            return _INERT_IN_QUOTES.sub(lambda part: "\0" * len(part[0]), token[0])
        case _:
            return token[0]


class _Reader:
    """The words, the redirections and the segments read so far."""

    def __init__(self) -> None:
        self.segments: list[Segment] = []
        self.nested: list[str] = []
        self.whole = True
        self._words: list[Word] = []
        self._redirects: list[Redirect] = []
        self._word: Word | None = None
        self._operator = ""

    def add(self, text: str, bare: str = "") -> None:
        word = self._word or Word()
        self._word = Word(word.text + text, word.bare + bare)

    def escape(self, text: str) -> None:
        if text != "\\\n":
            self.add(_ESCAPE.sub(r"\1", text))

    def double(self, text: str) -> None:
        self.nested += re.split(r"\$\(|`", text)[1:]
        self.add(_ESCAPE_IN_QUOTES.sub(lambda found: found[1].strip("\n"), text))

    def blank(self, _text: str) -> None:
        if self._word is not None and self._operator:
            self._redirects.append(Redirect(self._operator, self._word))
            self._operator = ""
        elif self._word is not None:
            self._words.append(self._word)
        self._word = None

    def redirect(self, text: str) -> None:
        self.blank(text)
        self.whole = self.whole and not self._operator
        self._operator = text

    def end(self, text: str) -> None:
        self.redirect("")
        if self._words or self._redirects:
            self.segments.append(Segment(tuple(self._words), tuple(self._redirects)))
        self._words, self._redirects = [], []

    def odd(self, _text: str) -> None:
        self.whole = False


_HANDLERS: Mapping[str, Callable[[_Reader, str], None]] = {
    "escape": _Reader.escape,
    "single": _Reader.add,
    "double": _Reader.double,
    "blank": _Reader.blank,
    "redirect": _Reader.redirect,
    "end": _Reader.end,
    "bare": lambda reader, text: reader.add(text, text),
    "odd": _Reader.odd,
}
