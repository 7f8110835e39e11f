"""Arithmetic: a shell evaluates the values of variables again, and a subscript can run code."""

import re

from services.policy.meaning.state import State
from services.policy.syntax.tree import Arithmetic, Literal, Parameter, Piece, Word
from services.policy.value import Value

NUMBER = "0"
"""Stands for any number: which one hardly ever matters."""
_PLAIN = re.compile(r"[\w\s+\-*/%()<>=!&|^~?:,.#]*")
_NAME = re.compile(r"(?<![\w#])[A-Za-z_]\w*")
_GIVEN = re.compile(r"(?<![\w#])([A-Za-z_]\w*)\s*=(?!=)")
_CHANGED = re.compile(r"([A-Za-z_]\w*)\s*(?:\+\+|--|(?:<<|>>|[-+*/%&|^])=)|(?:\+\+|--)\s*(\w+)")


def changed(word: Word, state: State) -> set[str]:
    """The variables that it sets."""
    text = _text(word, state)
    return set(_GIVEN.findall(text)).union(*_CHANGED.findall(text)) - {""}


def is_arithmetic(word: Word, state: State) -> bool:
    """Whether it is about known numbers only; then what it sets is known to be one, too."""
    text = _text(word, state)
    names = _NAME.findall(_GIVEN.sub("", text))
    if not _PLAIN.fullmatch(text) or not all(map(state.is_number, names)):
        return False
    for name in changed(word, state):
        state.set(name, Value(NUMBER))
    return True


def _text(word: Word, state: State) -> str:
    return "".join(_piece(piece, state) for piece in word.pieces)


def _piece(piece: Piece, state: State) -> str:
    match piece:
        case Literal():
            return piece.text
        case Parameter(plain=True) if state.is_number(piece.name):
            return NUMBER
        case Arithmetic() if is_arithmetic(piece.word, state):
            return NUMBER
        case _:
            return "$"  # not plain
