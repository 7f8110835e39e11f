"""Words that zsh or sh expands in a way of its own, which a grammar of bash does not know."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

import brush_parser as brush
from brush_parser import ParameterExpr as Expr
from brush_parser import WordPiece as Raw

from services.policy.line import skeleton
from services.policy.syntax.tree import NotUnderstood, Simple

_SAME: Final = (
    Expr.Parameter,
    Expr.UseDefaultValues,
    Expr.UseAlternativeValue,
    Expr.ParameterLength,
    Expr.RemoveSmallestSuffixPattern,
    Expr.RemoveLargestSuffixPattern,
    Expr.RemoveSmallestPrefixPattern,
    Expr.RemoveLargestPrefixPattern,
)
_PATTERN: Final = re.compile(r"[#^]|(?<=.)~", re.DOTALL)
_PLACE: Final = re.compile(r"~(?!/|\Z)")
_TILDE_LATER: Final = re.compile(r"[=:]~")
_AFTER_NAME: Final = re.compile(r"[:(]")
# They change how the words after them are read.
_WORDS_OF_ZSH: Final = frozenset({"repeat", "foreach", "-", "always"})


type _Source = brush.WordPieceWithSource


def doubts(shell: str, text: str, raw: Iterable[_Source]) -> Iterator[str]:
    """Why the word is another one in this shell than in bash."""
    if shell == "zsh" and (_PLACE.match(text) or _may_begin_with_equals(raw)):
        yield "has a ~name or =name that zsh expands"
    look = _IN.get(shell)
    if look:
        for each in raw:
            yield from look(each, text)


def _may_begin_with_equals(raw: Iterable[_Source]) -> bool:
    """Whether nothing need come before a =, as in ``"$x"=ls`` where x is empty."""
    for each in raw:
        if isinstance(each.piece, Raw.Text):
            return each.piece.text.startswith("=")
        if _has_text(each.piece):
            return False
    return False


def _has_text(piece: Raw) -> bool:
    match piece:
        case Raw.SingleQuotedText(text=text) | Raw.AnsiCQuotedText(text=text):
            return text != ""
        case Raw.DoubleQuotedSequence(pieces=inner):
            return any(isinstance(part.piece, Raw.Text | Raw.EscapeSequence) for part in inner)
        case _:
            return isinstance(piece, Raw.EscapeSequence)


def of_zsh(command: Simple, *, nested: bool) -> None:
    """Raise for a command that is another one in zsh than in bash."""
    sources = [word.source for word in command.words]
    if sources and sources[0] in _WORDS_OF_ZSH:
        raise NotUnderstood(
            "zsh", f"The text has {sources[0]}, which is more than a command in zsh"
        )
    targets = (each.target.source for each in command.redirects)
    values = (each.value.source for each in command.assignments)
    if "{" in sources or any(map(_ends_group, (*sources, *targets, *values))):
        raise NotUnderstood("zsh", "The text has a brace that zsh takes for the end of a group")
    if any(each.target.source.startswith("!") for each in command.redirects):
        raise NotUnderstood("zsh", "The text has a redirection of zsh")
    if not (nested or sources or command.assignments):
        raise NotUnderstood(
            "zsh", "The text has a redirection alone, which starts a program in zsh"
        )


def _ends_group(source: str) -> bool:
    """Whether a word holds a closing brace without an opening one: no more than a word in bash."""
    depth = 0
    for char in skeleton(source):
        depth += (char == "{") - (char == "}")
        if depth < 0:
            return True
    return False


def _in_sh(each: _Source, _text: str) -> Iterator[str]:
    if isinstance(each.piece, Raw.Text) and _TILDE_LATER.search(each.piece.text):
        yield "has a ~ that only some shells expand"


def _in_zsh(each: _Source, text: str) -> Iterator[str]:
    match each.piece:
        case Raw.Text(text="$") if each.end < len(text):
            yield "has a $ that zsh reads in its own way"
        case Raw.Text() if _PATTERN.search(text, each.start, each.end):
            yield "has a pattern of zsh"
        case Raw.DoubleQuotedSequence(pieces=inner):
            for part in inner:
                yield from _in_zsh_quotes(part, text)
        case Raw.ParameterExpansion(expr=expr):
            yield from _parameter(expr, text[each.start : each.end], text[each.end :])
        case _:
            pass


def _in_zsh_quotes(each: _Source, text: str) -> Iterator[str]:
    if not isinstance(each.piece, Raw.Text):
        yield from _in_zsh(each, text)


def _parameter(expr: Expr, source: str, rest: str) -> Iterator[str]:
    bare = not source.startswith("${")
    if not isinstance(expr, _SAME) or "[" in source or rest.startswith("["):
        yield "has an expansion that zsh reads in its own way"
    elif bare and (_AFTER_NAME.match(rest) or (not source[-1].isalpha() and rest[:1].isalnum())):
        yield "has a subscript or a modifier of zsh"


_IN: Final = {"zsh": _in_zsh, "sh": _in_sh}
