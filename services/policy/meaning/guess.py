"""What a text that is not understood would do if it were read in the plainest way.

It is asked about in any case; a guess only tells what more there is to be said against it.
"""

from collections.abc import Iterator
from contextlib import suppress

from events.base import plain
from events.review import Context
from services.policy.heads import heads
from services.policy.line import Line
from services.policy.meaning.effect import Effect
from services.policy.meaning.state import ANYTHING, State
from services.policy.meaning.walk import Walk
from services.policy.place import shell_of
from services.policy.syntax.compound import pipelines
from services.policy.syntax.reader import Reader
from services.policy.syntax.second import Opinion
from services.policy.syntax.tree import NotUnderstood, Script
from services.policy.value import UNKNOWN, Value

_MOST = 64  # commands that are guessed at one by one


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
    for argv in heads(line, walk.rules.wrappers):
        other = Walk(walk.rules, walk.ground, shell_of(context))
        with suppress(NotUnderstood):
            other.words([Value(word) for word in argv], initial(context))
        yield from other.found.effects


def _readings(text: str) -> Iterator[Script]:
    """The whole as the main parser sees it, and each command that the other one sees."""
    with suppress(NotUnderstood):
        commands = Opinion(text, "bash").commands
        yield from _as_bash(text)
        for words in commands[:_MOST]:
            yield from _as_bash(" ".join(words))


def _as_bash(text: str) -> Iterator[Script]:
    with suppress(NotUnderstood):
        Opinion(text, "bash")  # before the main parser, which it protects
        yield Reader("bash", pipelines).script(text)
