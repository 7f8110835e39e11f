"""fish, for which there is no grammar: plain words and pipes, and nothing else."""

import re
from typing import Final

from services.policy.line import Segment, skeleton, split
from services.policy.syntax.tree import Literal, NotUnderstood, Pipeline, Script, Simple, Word

_MORE: Final = re.compile(r"[^\w ./,:@+=|\"\0-]|\|\|")
_KEYWORDS: Final = frozenset(
    {
        "and", "begin", "break", "builtin", "case", "command", "continue", "else", "end", "exec",
        "for", "function", "if", "not", "or", "return", "switch", "time", "while",
    }
)  # fmt: skip


def plain(text: str) -> Script:
    line = split(text)
    if "\\" in text or not line.whole or _MORE.search(skeleton(text)):
        raise NotUnderstood("fish", "The text is more than plain words of fish")
    if len(line.segments) != skeleton(text).count("|") + 1:
        raise NotUnderstood("fish", "The text has a pipe that leads nowhere")
    return Script(pipelines=(Pipeline(commands=tuple(map(_command, line.segments))),))


def _command(segment: Segment) -> Simple:
    name = segment.words[0].text
    if name in _KEYWORDS or "=" in name:
        raise NotUnderstood("fish", f"The text has {name}, which is more than a command in fish")
    return Simple(
        words=tuple(
            Word(pieces=(Literal(text=word.text, quoted=True),), source=word.text)
            for word in segment.words
        )
    )
