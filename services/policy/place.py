"""Whether a session is in a state in which a command means what it says."""

from collections.abc import Iterator
from posixpath import basename

from events.base import plain
from events.review import Context
from services.policy.concern import Concern
from services.policy.dialect import SHELLS
from services.policy.rules import Rules
from services.policy.variables import what_it_decides


def shell_of(context: Context) -> str:
    return basename(context.shell).removeprefix("-")


def unsure_place(context: Context, rules: Rules) -> Iterator[Concern]:
    if shell_of(context) not in SHELLS:
        yield Concern("review", "shell", "The grammar of the shell is not known.")
    if context.integration == "none":
        yield Concern("review", "integration", "The session does not report its prompt.")
    if context.prompt != "idle":
        yield Concern("review", "prompt", f"The prompt is {context.prompt}, not idle.")
    if plain(context.line):
        yield Concern("review", "line", f"The line already holds {plain(context.line)!r}.")
    yield from _changes(context, rules)


def _changes(context: Context, rules: Rules) -> Iterator[Concern]:
    for variable in sorted(context.environment):
        if why := what_it_decides(variable, rules.environment):
            text = f"{variable} was set or changed in this session; it {why}."
            yield Concern("review", "environment", text)
