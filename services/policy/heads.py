"""Where a command may start in a text: after an operator, a keyword, a wrapper, inside `sh -c`."""

import re
from collections.abc import Iterator, Mapping
from posixpath import basename

from services.policy.line import Line, split

_RUN_TEXT = frozenset({"sh", "bash", "zsh", "fish", "dash", "ksh", "eval", "env", "su", "watch"})
_KEYWORDS = re.compile(
    r"!|\{|\}|\[\[|if|then|elif|else|fi|while|until|do|done|time|coproc|for|case|in"
    r"|and|or|not|begin|end|noglob|nocorrect|-|-p|--|repeat|\w+\+?=[\s\S]*"
)
_OWN_NUMBER = re.compile(r"[0-9.]+[smhd]?")
_FIND_RUNS = frozenset({"-exec", "-execdir", "-ok", "-okdir"})
_MAX_DEPTH, _MAX_WRAPPERS = 8, 16


def heads(line: Line, wrappers: Mapping[str, str], depth: int = 0) -> Iterator[tuple[str, ...]]:
    """Yield the words from each place on where a command may start."""
    for segment in line.segments:
        yield from _from(segment.argv, wrappers, depth)
    if depth < _MAX_DEPTH:
        for text in line.nested:
            yield from heads(split(text), wrappers, depth + 1)


def is_keyword(word: str) -> bool:
    """Whether the word is part of the grammar, or an assignment, instead of a command."""
    return _KEYWORDS.fullmatch(word) is not None


def program(argv: tuple[str, ...]) -> str:
    """The name of the program; folded, as macOS runs `RM` too."""
    return basename(argv[0]).casefold()


def _from(
    argv: tuple[str, ...], wrappers: Mapping[str, str], depth: int
) -> Iterator[tuple[str, ...]]:
    for _ in range(_MAX_WRAPPERS):
        start = next((i for i, word in enumerate(argv) if not is_keyword(word)), len(argv))
        argv = argv[start:]
        if not argv:
            return
        yield from _here(argv, wrappers, depth)
        if program(argv) not in wrappers:
            return
        argv = _wrapped(argv[1:], wrappers[program(argv)])


def _here(
    argv: tuple[str, ...], wrappers: Mapping[str, str], depth: int
) -> Iterator[tuple[str, ...]]:
    yield argv
    for text in _texts(argv) if depth < _MAX_DEPTH else ():
        yield from heads(split(text), wrappers, depth + 1)
    for index, word in enumerate(argv):
        if word in _FIND_RUNS:
            yield argv[index + 1 :] or ("",)


def _texts(argv: tuple[str, ...]) -> Iterator[str]:
    """The arguments that are command lines themselves."""
    if program(argv) in _RUN_TEXT:
        yield from (word for word in argv[1:] if any(char in word for char in " \t\n;|&"))


def _wrapped(argv: tuple[str, ...], value_letters: str) -> tuple[str, ...]:
    """Skip a wrapper's own flags, their values and its numbers."""
    while argv:
        word, *rest = argv
        if len(word) == 2 and word[0] == "-" and word[1] in value_letters:
            rest = rest[1:]
        elif not word.startswith("-") and not _OWN_NUMBER.fullmatch(word):
            return argv
        argv = tuple(rest)
    return ()
