"""The commands that other commands run, with the words that these add."""

from collections.abc import Sequence

from services.policy.knowledge.use import Reading
from services.policy.meaning.state import State
from services.policy.value import UNKNOWN, Value

_ADDING = frozenset({"xargs", "parallel"})
_FINDING = frozenset({"fd", "fdfind"})
_FOUND = Value("./**/*", pattern=True)
_MARKS = frozenset({"-I", "-i", "-J", "--replace"})


def wrapped(name: str, words: Sequence[Value], reading: Reading, state: State) -> tuple[Value, ...]:
    if name in _FINDING:
        return (*words, _FOUND)
    if name not in _ADDING:
        return tuple(words)
    added = state.names or (Value(UNKNOWN, many=True),)
    mark = next((use.value.text for use in reading.uses if use.flag in _MARKS), "")
    if name == "parallel" or not mark:
        mark = mark or "{}"
    if not any(mark in word.text for word in words):
        return (*words, *added)
    return tuple(value for word in words for value in _put(word, mark, added))


def _put(word: Value, mark: str, added: Sequence[Value]) -> Sequence[Value]:
    if mark not in word.text:
        return (word,)
    if word.text == mark:
        return added
    return (Value(word.text.replace(mark, UNKNOWN), word.pattern, many=word.many),)
