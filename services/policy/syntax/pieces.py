"""Pieces of one word: quotes taken off, expansions read on."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import brush_parser as brush
from brush_parser import TildeExpr
from brush_parser import WordPiece as Raw

from services.policy.syntax.dialects import doubts
from services.policy.syntax.parameters import parameter
from services.policy.syntax.quotes import ansi, backquoted
from services.policy.syntax.reader import Reader, guarded
from services.policy.syntax.tree import (
    Arithmetic,
    Home,
    Literal,
    NotUnderstood,
    Opaque,
    Piece,
    Substitution,
    Unsure,
    Word,
)

_ODD: Final = re.compile(r"[\s<>&;()|`]")
_DOLLAR: Final = re.compile(r"[{(\[]")
_CONTINUED: Final = re.compile(r"(?<!\\)((?:\\\\)*)\\\n")

type _Source = brush.WordPieceWithSource
type _Raw = tuple[_Source, ...]


class Pieces:
    """Reads the pieces of the word that ``text`` is, or of a text inside an expansion."""

    def __init__(self, reader: Reader, text: str, *, inside: bool = False) -> None:
        self._reader = reader
        self._text = text
        self._inside = inside

    def open(self, raw: Iterable[_Source]) -> Iterator[Piece]:
        for each in raw:
            yield from self._open(each)

    def quoted(self, raw: Iterable[_Source]) -> Iterator[Piece]:
        for each in raw:
            yield from self._quoted(each)

    def _open(self, each: _Source) -> Iterator[Piece]:
        match each.piece:
            case Raw.Text(text=text):
                yield self._plain(text, each.end)
            case Raw.SingleQuotedText(text=text):
                yield Literal(text=text, quoted=True)
            case Raw.AnsiCQuotedText(text=text):
                yield self._ansi(text)
            case Raw.DoubleQuotedSequence(pieces=inner):
                yield from self.quoted(inner) if inner else (Literal(text="", quoted=True),)
            case Raw.TildeExpansion(expr=expr):
                yield self._home(expr)
            case _:
                yield from self._either(each, quoted=False)

    def _quoted(self, each: _Source) -> Iterator[Piece]:
        match each.piece:
            case Raw.Text(text=text):
                self._dollar(text, each.end)
                yield Literal(text=_CONTINUED.sub(r"\1", text), quoted=True)
            case _:
                yield from self._either(each, quoted=True)

    def _either(self, each: _Source, *, quoted: bool) -> Iterator[Piece]:
        match each.piece:
            case Raw.EscapeSequence(text=text):
                yield Literal(text=text[1:].removeprefix("\n"), quoted=True)
            case Raw.ParameterExpansion(expr=expr):
                yield from parameter(expr, _Inside(self._reader, quoted=quoted), quoted=quoted)
            case Raw.CommandSubstitution(command=command):
                yield Substitution(script=self._reader.script(command), quoted=quoted)
            case Raw.BackquotedCommandSubstitution():
                command = backquoted(self._text[each.start : each.end])
                yield Substitution(script=self._reader.script(command), quoted=quoted)
            case Raw.ArithmeticExpression(expr=sum_):
                yield _Inside(self._reader, quoted=True).arithmetic(sum_.value)
            case _:
                raise NotUnderstood("quoting", "The text has quotes of a kind that is not followed")

    def _plain(self, text: str, end: int) -> Literal:
        if not self._inside and _ODD.search(text):
            raise NotUnderstood("pattern", "The text has a pattern or a word that is not followed")
        self._dollar(text, end)
        return Literal(text=text)

    def _dollar(self, text: str, end: int) -> None:
        """The parser takes ``${(e)x}`` for plain characters."""
        if text.endswith("$") and _DOLLAR.match(self._text[end:]):
            raise NotUnderstood("expansion", "The text has an expansion that is not followed")

    def _ansi(self, text: str) -> Piece:
        try:
            return Literal(text=ansi(text), quoted=True)
        except Unsure as error:
            return Opaque(why=str(error))

    def _home(self, expr: TildeExpr) -> Piece:
        match expr:
            case TildeExpr.Home():
                return Home()
            case TildeExpr.UserHome(user=user) if self._reader.shell != "zsh":
                return Home(user=user)
            case _:
                return Opaque(why="names a place by ~ and a name")


def word(reader: Reader, text: str) -> Word:
    """A word whose braces are plain characters."""
    raw = parse(text)
    pieces = tuple(Pieces(reader, text).open(raw))
    why = next(doubts(reader.shell, text, raw), "")
    return Word(pieces=(Opaque(why=why), *pieces) if why else pieces, source=text)


def value(reader: Reader, text: str) -> Word:
    """What is assigned: a tilde counts after each colon, too."""
    raw = _guard(lambda: brush.parse_word(text, tilde_expansion_after_colon=True))
    why = next(doubts(reader.shell, text, raw), "")
    pieces = tuple(Pieces(reader, text).open(raw))
    return Word(pieces=(Opaque(why=why), *pieces) if why else pieces, source=text)


def document(reader: Reader, text: str) -> Word:
    """A text whose quotes are plain characters, while what a dollar begins is expanded."""
    raw = _guard(lambda: brush.parse_heredoc(text))
    return Word(pieces=tuple(Pieces(reader, text).quoted(raw)), source=text)


def parse(text: str) -> _Raw:
    return _guard(lambda: brush.parse_word(text))


def _guard(read: Callable[[], _Raw]) -> _Raw:
    return guarded(read, "has a word that is not valid")


class _Inside:
    """Texts inside an expansion."""

    def __init__(self, reader: Reader, *, quoted: bool) -> None:
        self._reader = reader
        self._quoted = quoted

    def word(self, text: str) -> Word:
        if self._quoted:
            return document(self._reader, text)
        pieces = Pieces(self._reader, text, inside=True).open(parse(text))
        return Word(pieces=tuple(pieces), source=text)

    def arithmetic(self, text: str) -> Arithmetic:
        return Arithmetic(word=document(self._reader, text))
