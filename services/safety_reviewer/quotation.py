"""Whether a text was printed word for word before somebody asked for it. Pure."""

import re
from collections.abc import Iterator
from typing import Final

LEAST: Final = 10
"""Characters below which a text that was printed too tells nothing: `ls`, `y`, `git status`."""
_BETWEEN: Final = re.compile(r"&&|\|\||[;|&\n]")
_ADDRESS: Final = re.compile(r"[A-Za-z][\w+.-]*://[^\s'\"`|;&<>()]+")


def quotation(text: str, printed: str) -> str:
    """Return the longest part of a text that stands in what was printed, "" where none does.

    Blanks and line ends do not count, since a terminal and a page break lines as they like.
    """
    there = _spaced(printed)
    found = (part for part in _parts(text) if len(part) > LEAST and part in there)
    return max(found, key=len, default="")


def _parts(text: str) -> Iterator[str]:
    """The whole, each command in it, each address."""
    yield _spaced(text)
    yield from map(_spaced, _BETWEEN.split(text))
    yield from _ADDRESS.findall(text)


def _spaced(text: str) -> str:
    return " ".join(text.split())
