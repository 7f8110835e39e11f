"""What a text that is not understood would do if it were read in the plainest way.

It is asked about in any case; a guess only tells what more there is to be said against it.
"""

import re
import shlex
from collections.abc import Iterator
from contextlib import suppress

from events.base import plain
from events.review import Context
from services.policy.heads import heads
from services.policy.line import Line, split
from services.policy.meaning.effect import Effect
from services.policy.meaning.state import ANYTHING, State
from services.policy.meaning.walk import Walk
from services.policy.place import shell_of
from services.policy.syntax.compound import pipelines
from services.policy.syntax.quotes import ansi
from services.policy.syntax.reader import Reader, Sources
from services.policy.syntax.second import Opinion
from services.policy.syntax.tree import NotUnderstood, Script, Unsure
from services.policy.value import UNKNOWN, Value

_ANSI = re.compile(r"\$'((?:[^'\\]|\\[\s\S])*)'")
_MOST = 64  # commands that are guessed at one by one
# What nests: it deepens the main parser's stack, and may double its time.
_NESTING = re.compile(
    r"[(\[{`!]|\b(?:if|elif|else|then|for|while|until|do|case|select|time|coproc|function)\b"
)
_MOST_NESTING = 12


def initial(context: Context) -> State:
    """What is known of a shell before a text."""
    changed = dict.fromkeys(context.environment, ANYTHING)
    return State(plain(context.cwd) or UNKNOWN, changed)


def guessed(text: str, line: Line, context: Context, walk: Walk) -> Iterator[Effect]:
    """Each reading is followed on its own, as far as it goes."""
    for script in _readings(text):
        other = Walk(walk.rules, walk.ground, shell_of(context))
        with suppress(NotUnderstood):
            other.script(script, initial(context))
        yield from other.found.effects
    for argv in heads(_decoded(text, line), walk.rules.wrappers):
        other = Walk(walk.rules, walk.ground, shell_of(context))
        with suppress(NotUnderstood):
            other.words([Value(word) for word in argv], initial(context))
        yield from other.found.effects


def _decoded(text: str, line: Line) -> Line:
    """The plain words, with the texts in ``$'…'`` written out."""
    with suppress(Unsure):
        return split(_ANSI.sub(lambda found: shlex.quote(ansi(found[1])), text))
    return line


def _readings(text: str) -> Iterator[Script]:
    """The whole as the main parser sees it, and each command that the other one sees."""
    commands: list[Sources] = []
    with suppress(NotUnderstood):
        commands = Opinion(text, "bash").commands
    if commands or _is_quick(text):
        yield from _as_bash(text)
    for words in commands[:_MOST]:
        if _is_quick(part := " ".join(words)):
            yield from _as_bash(part)


def _as_bash(text: str) -> Iterator[Script]:
    with suppress(NotUnderstood):
        yield Reader("bash", pipelines).script(text)


def _is_quick(text: str) -> bool:
    """Whether the main parser is done soon also with a text that is not valid."""
    return len(_NESTING.findall(text)) <= _MOST_NESTING
