"""Names that no longer mean what they meant when the session began."""

from collections.abc import Iterator
from typing import Final

from events.review import Context
from services.policy.concern import Concern
from services.policy.line import Line

MORE: Final = "*"
"""Stands for names that a shell has no room to tell of."""


def redefined(line: Line, context: Context) -> Iterator[Concern]:
    """Any word counts: zsh has aliases that hold in every place of a line."""
    changed = frozenset(context.names)
    words = {word.text for segment in line.segments for word in segment.words}
    for name in sorted(words & changed - {MORE}):
        text = f"{name} is an alias or a function that was made or changed in this session."
        yield Concern("review", "redefined", text)
    if MORE in changed:
        text = "More aliases and functions were made or changed in this session than can be told."
        yield Concern("review", "redefined", text)
