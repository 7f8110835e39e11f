"""The shells whose texts are read, and how large a text may be."""

from collections.abc import Iterator

from services.policy.concern import Concern
from services.policy.line import Line, skeleton

SHELLS = frozenset({"bash", "zsh", "fish", "sh"})
MAX_DEPTH, MAX_COMMANDS = 32, 256


def too_large(text: str, line: Line) -> Iterator[Concern]:
    if len(line.segments) > MAX_COMMANDS:
        count = len(line.segments)
        yield Concern("blocked", "too-many-commands", f"{count} commands exceed {MAX_COMMANDS}.")
    depth = deepest = 0
    for char in skeleton(text):
        depth += (char in "({[`") - (char in ")}]")
        deepest = max(deepest, depth)
    if deepest > MAX_DEPTH:
        yield Concern("blocked", "too-deep", f"Nested deeper than {MAX_DEPTH}.")
