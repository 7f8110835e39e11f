"""Brace expansion: one word of a text that stands for several.

Done here, as the parser of the grammar takes time that doubles with each brace, and loses the
zeros of ``{01..10}``.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import product
from typing import Final

from services.policy.syntax.tree import Unsure

MAX_WORDS: Final = 256
_MAX_DEPTH: Final = 8
_MARK = re.compile(r"[{},]|[^{},]+")
_NUMBERS = re.compile(r"(-?\d{1,6})\.\.(-?\d{1,6})(?:\.\.(\d{1,6}))?")
_LETTERS = re.compile(r"([a-z])\.\.([a-z])|([A-Z])\.\.([A-Z])")
_RANGE = re.compile(r"-?\w+\.\.-?\w+(?:\.\.-?\w+)?")
_PADDED = re.compile(r"-?0\d")

type Token = tuple[str, bool]
"""A part of a word, and whether braces and commas count in it."""


def expand(parts: Iterable[Token]) -> tuple[str, ...]:
    """The sources of the words that a word of these parts stands for."""
    return tuple(_words(list(_tokens(parts)), _MAX_DEPTH))


def _tokens(parts: Iterable[Token]) -> Iterator[Token]:
    for source, counts in parts:
        if counts:
            yield from ((found, True) for found in _MARK.findall(source))
        else:
            yield source, False


def _words(tokens: list[Token], depth: int) -> list[str]:
    choices: list[list[str]] = []
    count = 1
    index = 0
    while index < len(tokens):
        if tokens[index] == ("{", True):
            end = _close(tokens, index)
            choices.append(_group(tokens[index + 1 : end], depth))
            index = end
        else:
            choices.append([tokens[index][0]])
        count *= len(choices[-1])
        _limit(count)
        index += 1
    return ["".join(parts) for parts in product(*choices)]


def _close(tokens: list[Token], start: int) -> int:
    depth = 0
    for index in range(start, len(tokens)):
        depth += (tokens[index] == ("{", True)) - (tokens[index] == ("}", True))
        if depth == 0:
            return index
    raise Unsure("leaves a brace open")


def _group(inner: list[Token], depth: int) -> list[str]:
    if depth == 0:
        raise Unsure("nests braces too deep")
    members = _members(inner)
    if len(members) > 1:
        found = [word for member in members for word in _words(member, depth - 1)]
        _limit(len(found))
        return found
    if len(inner) == 1 and inner[0][1] and _RANGE.fullmatch(inner[0][0]):
        return _range(inner[0][0])
    return [f"{{{word}}}" for word in _words(inner, depth - 1)]


def _members(inner: list[Token]) -> list[list[Token]]:
    members: list[list[Token]] = [[]]
    depth = 0
    for token in inner:
        depth += (token == ("{", True)) - (token == ("}", True))
        if depth == 0 and token == (",", True):
            members.append([])
        else:
            members[-1].append(token)
    return members


def _range(text: str) -> list[str]:
    letters = _LETTERS.fullmatch(text)
    if letters:
        first, last = (ord(char) for char in letters.groups() if char)
        return [chr(code) for code in _steps(first, last, 1)]
    numbers = _NUMBERS.fullmatch(text)
    if not numbers:
        raise Unsure(f"has the range {text}")
    first, last, step = numbers.groups()
    padded = _PADDED.match(first) or _PADDED.match(last)
    width = max(len(first), len(last)) if padded else 0
    return [f"{code:0{width}d}" for code in _steps(int(first), int(last), int(step or 1) or 1)]


def _steps(first: int, last: int, step: int) -> range:
    found = range(first, last + 1, step) if first <= last else range(first, last - 1, -step)
    _limit(len(found))
    return found


def _limit(count: int) -> None:
    if count > MAX_WORDS:
        raise Unsure(f"stands for more than {MAX_WORDS} words")
