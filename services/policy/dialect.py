"""What a shell does with characters that a grammar for another shell overlooks.

Looked at before any parser, on the text with its quoted characters taken out.
"""

import re
from collections.abc import Iterator

import msgspec

from services.policy.concern import Concern
from services.policy.line import Line, skeleton

SHELLS = frozenset({"bash", "zsh", "fish", "sh"})
MAX_DEPTH, MAX_COMMANDS = 32, 256


class _Doubt(msgspec.Struct, frozen=True):
    """A form that is not followed further, in one shell or (``""``) in all."""

    shell: str
    pattern: re.Pattern[str]
    rule: str
    text: str


_DOUBTS = (
    _Doubt("", re.compile(r"`|\$\("), "substitution", "runs a command inside another one"),
    _Doubt("", re.compile(r"\$(?!\()"), "expansion", "expands a variable"),
    _Doubt("", re.compile(r"[(){}]"), "grouping", "has a group, a function or a brace expansion"),
    _Doubt("", re.compile(r"(?:^|[\s;|&])#"), "comment", "has a #, which zsh need not skip"),
    _Doubt("", re.compile(r"(?<![&>])&(?![&>])"), "background", "leaves a command running"),
    _Doubt("", re.compile(r"<<"), "here-document", "has a here-document"),
    _Doubt("", re.compile(r"(?<!\S)~(?![/\s]|$)"), "home", "names another home or a named place"),
    _Doubt("", re.compile(r"[^\S \t\n]"), "blank", "has a blank that shells do not see as one"),
    _Doubt("zsh", re.compile(r"[#^]|\S~|~\["), "zsh-pattern", "has a zsh pattern operator"),
    _Doubt(
        "zsh", re.compile(r"(?:^|[\s;|&<>\0\"])="), "zsh-equals", "has a =name that zsh expands"
    ),
    _Doubt("zsh", re.compile(r"<[0-9]*-[0-9]*>"), "zsh-range", "has a zsh number range"),
    _Doubt("fish", re.compile(r"[^\w ./,:@+=|\"\0-]"), "fish", "is more than plain fish words"),
)
_HISTORY = re.compile(r"!|^\^", re.MULTILINE)


def hidden_forms(text: str, shell: str) -> Iterator[Concern]:
    bare = skeleton(text)
    for doubt in _DOUBTS:
        if doubt.shell in {"", shell} and doubt.pattern.search(bare):
            yield Concern("review", doubt.rule, f"The text {doubt.text}.")
    # Quotes do not reliably stop it: bash and zsh differ, and the state carries over lines.
    if _HISTORY.search(text):
        yield Concern("review", "history", "The text may bring back a line of the history.")
    if shell == "fish" and "\\" in text:
        yield Concern("review", "fish", "fish reads a backslash in its own way.")


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
