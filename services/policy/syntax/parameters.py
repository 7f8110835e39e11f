"""What stands between ``${`` and ``}``: a variable, and what is done to it."""

from collections.abc import Iterator
from typing import Final, Protocol

import brush_parser as brush
from brush_parser import ParameterExpr as Expr

from services.policy.syntax.tree import Arithmetic, Opaque, Parameter, Piece, Word

_DEFAULT: Final = (Expr.UseDefaultValues, Expr.AssignDefaultValues)
_CUT: Final = (
    Expr.RemoveSmallestSuffixPattern,
    Expr.RemoveLargestSuffixPattern,
    Expr.RemoveSmallestPrefixPattern,
    Expr.RemoveLargestPrefixPattern,
    Expr.UppercaseFirstChar,
    Expr.UppercasePattern,
    Expr.LowercaseFirstChar,
    Expr.LowercasePattern,
)
_OF_ONE: Final = (
    *_DEFAULT,
    *_CUT,
    Expr.Parameter,
    Expr.IndicateErrorIfNullOrUnset,
    Expr.UseAlternativeValue,
    Expr.ParameterLength,
    Expr.Substring,
    Expr.Transform,
    Expr.ReplaceSubstring,
)
_SPECIAL: Final = (
    (brush.SpecialParameter.PositionalParameterCount, "#"),
    (brush.SpecialParameter.LastExitStatus, "?"),
    (brush.SpecialParameter.CurrentOptionFlags, "-"),
    (brush.SpecialParameter.ProcessId, "$"),
    (brush.SpecialParameter.LastBackgroundProcessId, "!"),
    (brush.SpecialParameter.ShellName, "0"),
)


class Inner(Protocol):
    """How the texts inside an expansion are read."""

    def word(self, text: str, /) -> Word: ...
    def arithmetic(self, text: str, /) -> Arithmetic: ...


def parameter(expr: Expr, inner: Inner, *, quoted: bool) -> tuple[Piece, ...]:
    """The variable with the words of its operation; or why it is not followed, and the same."""
    words = (
        *(inner.word(text) for text in _texts(expr)),
        *(Word(pieces=(inner.arithmetic(text),), source=text) for text in _sums(expr)),
    )
    why = _opaque(expr)
    if why or not isinstance(expr, _OF_ONE):
        return (Opaque(why=why), *(piece for word in words for piece in word.pieces))
    plain = isinstance(expr, Expr.Parameter) and not words
    return (Parameter(name=_name(expr.parameter), quoted=quoted, plain=plain, words=words),)


def _opaque(expr: Expr) -> str:
    match expr:
        case Expr.VariableNames() | Expr.MemberKeys():
            return "lists names instead of values"
        case Expr.AssignDefaultValues():
            return "sets a variable while it is read"
        case Expr.Transform(op=brush.ParameterTransformOp.Quoted()):
            return ""
        case Expr.Transform():
            return "changes a value in a way that can run code"
        case _ if isinstance(expr, _OF_ONE) and expr.indirect:
            return "reads the variable that another one names"
        case _:
            return ""


def _name(found: brush.Parameter) -> str:
    match found:
        case brush.Parameter.Positional(index=index):
            return str(index)
        case brush.Parameter.Named(name=name) | brush.Parameter.NamedWithIndex(name=name):
            return name
        case brush.Parameter.NamedWithAllIndices(name=name):
            return f"{name}[@]"
        case brush.Parameter.Special(
            parameter=brush.SpecialParameter.AllPositionalParameters(concatenate=joined)
        ):
            return "*" if joined else "@"
        case brush.Parameter.Special(parameter=special):
            return next(name for kind, name in _SPECIAL if isinstance(special, kind))
        case _:
            raise TypeError(found)


def _texts(expr: Expr) -> Iterator[str]:
    match expr:
        case (
            Expr.UseDefaultValues(default_value=text) | Expr.AssignDefaultValues(default_value=text)
        ):
            yield text or ""
        case (
            Expr.IndicateErrorIfNullOrUnset(error_message=text)
            | Expr.UseAlternativeValue(alternative_value=text)
        ):
            yield text or ""
        case Expr.ReplaceSubstring(pattern=pattern, replacement=replacement):
            yield from (pattern, replacement or "")
        case _ if isinstance(expr, _CUT):
            yield expr.pattern or ""
        case _:
            pass


def _sums(expr: Expr) -> Iterator[str]:
    """The texts that are evaluated as arithmetic."""
    if isinstance(expr, Expr.Substring):
        yield from (part.value for part in (expr.offset, expr.length) if part)
    if isinstance(expr, _OF_ONE) and isinstance(expr.parameter, brush.Parameter.NamedWithIndex):
        yield expr.parameter.index
