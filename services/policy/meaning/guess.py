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


def initial(context: Context) -> State:
    """What is known of a shell before a text."""
    changed = dict.fromkeys(context.environment, ANYTHING)
    return State(plain(context.cwd) or UNKNOWN, changed)


def guessed(text: str, line: Line, context: Context, walk: Walk) -> Iterator[Effect]:
    other = Walk(walk.rules, walk.ground, shell_of(context))
    with suppress(NotUnderstood):
        other.script(_as_bash(text), initial(context))
    yield from other.found.effects
    for argv in heads(line, walk.rules.wrappers):
        other = Walk(walk.rules, walk.ground, shell_of(context))
        with suppress(NotUnderstood):
            other.words([Value(word) for word in argv], initial(context))
        yield from other.found.effects


def _as_bash(text: str) -> Script:
    Opinion(text, "bash")  # before the main parser, which it protects
    return Reader("bash", pipelines).script(text)
