"""``[[ … ]]``: what it compares."""

from collections.abc import Iterator
from typing import Final

from brush_parser import BinaryPredicate, UnaryPredicate
from brush_parser import ExtendedTestExpr as Raw

from services.policy.syntax.pieces import document, word
from services.policy.syntax.reader import Reader
from services.policy.syntax.tree import NotUnderstood, Test, Word

_NAMES_VARIABLE: Final = (
    UnaryPredicate.ShellVariableIsSetAndAssigned,
    UnaryPredicate.ShellVariableIsSetAndNameRef,
)
_ARITHMETIC: Final = (
    BinaryPredicate.ArithmeticEqualTo,
    BinaryPredicate.ArithmeticNotEqualTo,
    BinaryPredicate.ArithmeticLessThan,
    BinaryPredicate.ArithmeticLessThanOrEqualTo,
    BinaryPredicate.ArithmeticGreaterThan,
    BinaryPredicate.ArithmeticGreaterThanOrEqualTo,
)


def condition(reader: Reader, raw: Raw) -> Test:
    leaves = list(_leaves(raw))
    return Test(
        words=tuple(found for leaf in leaves for found in _words(reader, leaf)),
        subscript=any(leaf.predicate in _NAMES_VARIABLE for leaf in leaves),
        arithmetic=any(leaf.predicate in _ARITHMETIC for leaf in leaves),
    )


def _leaves(raw: Raw) -> Iterator[Raw.UnaryTest | Raw.BinaryTest]:
    """The comparisons in their order; a loop, as any number may be joined."""
    rest = [raw]
    while rest:
        match rest.pop():
            case Raw.And(left=left, right=right) | Raw.Or(left=left, right=right):
                rest += (right, left)
            case Raw.Not(expr=inner) | Raw.Parenthesized(expr=inner):
                rest.append(inner)
            case Raw.UnaryTest() | Raw.BinaryTest() as leaf:
                yield leaf
            case _:
                raise NotUnderstood("syntax", "The text has a condition of another kind")


def _words(reader: Reader, leaf: Raw.UnaryTest | Raw.BinaryTest) -> tuple[Word, ...]:
    if isinstance(leaf, Raw.UnaryTest):
        return (word(reader, leaf.operand.value),)
    # A regular expression holds what would not be a word elsewhere.
    regex = leaf.predicate == BinaryPredicate.StringMatchesRegex
    right = (document if regex else word)(reader, leaf.right.value)
    return (word(reader, leaf.left.value), right)
