"""One command: what its words and redirections come to, by what is known of its name."""

import re
from collections.abc import Sequence
from posixpath import basename

from services.policy.concern import Concern
from services.policy.knowledge.command import Command
from services.policy.knowledge.reading import read
from services.policy.knowledge.use import Reading
from services.policy.meaning.effect import Effect
from services.policy.meaning.expand import expand, expand_one
from services.policy.meaning.following import Following
from services.policy.meaning.location import Location
from services.policy.meaning.redirection import redirect
from services.policy.meaning.shell_builtin import run_builtin
from services.policy.meaning.state import Names, State
from services.policy.meaning.uses import take
from services.policy.meaning.variable import set_variable
from services.policy.meaning.wrapped import wrapped
from services.policy.syntax.tree import Simple
from services.policy.value import UNKNOWN, Value

_SYSTEM_PROGRAM = re.compile(r"(?:(?:/usr|/usr/local|/opt/homebrew)?/s?bin/)?([^/]+)")
_VERSION = re.compile(r"-?[0-9][0-9.]*$")
_SHELLS = frozenset({"sh", "bash", "zsh", "dash", "ksh"})


def run_simple(simple: Simple, state: State, follow: Following) -> None:
    words = expand(simple.words, state, follow)
    values = [expand_one(each.value, state, follow) for each in simple.assignments]
    state.text = None
    for each in simple.redirects:
        given = redirect(each, state, follow)
        state.text = given if given is not None else state.text
    for each, value in zip(simple.assignments, values, strict=True):
        if not _only_splits(each.name, words):
            set_variable(each.name, follow, exported=bool(words))
        if not words:
            follow.found.doing(f"sets {each.name}")
            before = state.value(each.name).text if each.append else ""
            state.set(each.name, Value(before + value.text, value.pattern))
    if words:
        run_words(words, state, follow, functions=True)
    elif not simple.assignments and state.lasting and not follow.splits:
        follow.found.doubt("null-command", "zsh runs a pager on a redirection without a command.")


def _only_splits(name: str, words: Sequence[Value]) -> bool:
    """``IFS= read line``: it holds for this one command, and says how it cuts a line."""
    return name == "IFS" and bool(words) and words[0].text == "read"


def run_words(
    words: Sequence[Value], state: State, follow: Following, *, functions: bool = False
) -> None:
    follow.found.ran.append(words)
    first = words[0]
    program = _SYSTEM_PROGRAM.fullmatch(first.text)
    if not first.known or not first.text:
        where = Location("unknown")
        follow.found.effect(Effect("run", "the shell", first.text, where))
    elif not program:
        where = follow.ground.locate(first, state.cwd)
        follow.found.effect(Effect("run", basename(first.text), first.text, where))
    elif not (functions and first.text in state.functions and _call(words, state, follow)):
        _run(program[1], words[1:], state, follow)


def _call(words: Sequence[Value], state: State, follow: Following) -> bool:
    """Follow all that a name may call; return whether it surely is a function."""
    bodies = state.functions[words[0].text]
    for body in bodies:
        if body is not None:
            follow.function(body, words[1:], state)
    return None not in bodies


def _run(name: str, words: Sequence[Value], state: State, follow: Following) -> None:
    command = _known(name, follow)
    if command is None:
        follow.found.doubt("unknown-command", f"{name} is not a command that is known.")
        follow.found.doing(f"runs {name}")
        _secrets(name, words, state, follow)
        return
    before = len(follow.found.effects)
    run_builtin(name, words, state, follow)
    reading = read(command, tuple(words))
    _apply(name, reading, state, follow)
    state.printed = _printed(name, reading, state)
    if len(follow.found.effects) == before and not reading.commands:
        follow.found.doing(f"{name} {command.does}")


def _known(name: str, follow: Following) -> Command | None:
    """A program under another spelling is taken for what it is, but not for sure."""
    commands = follow.rules.commands
    if name in commands:
        return commands[name]
    for other in (name.casefold(), _VERSION.sub("", name)):
        if other in commands:
            follow.found.doubt("unknown-command", f"{name} is taken for {other}.")
            return commands[other]
    return None


def _apply(name: str, reading: Reading, state: State, follow: Following) -> None:
    for doubt in reading.doubts:
        follow.found.doubt("arguments", f"{name}: {doubt}.")
    if reading.tier != "safe":
        text = f"{name} {reading.why}."
        follow.found.concern(Concern(reading.tier, f"command-{name}", text))
    kinds = set(reading.kinds)
    if name in _SHELLS and state.text is not None and kinds == {"escape"} and not reading.uses:
        follow.text(state.text, state.copy(lasting=False), name)
        kinds.clear()
    targets = take(name, reading, state, follow)
    for kind in sorted(kinds - targets):
        follow.found.effect(Effect(kind, name))
    for words in reading.commands:
        follow.words(wrapped(name, words, reading, state), state)


def _printed(name: str, reading: Reading, state: State) -> Names:
    """The names of files that a command prints, if it prints nothing else."""
    if name == "pwd" and state.cwd != UNKNOWN:
        return (Value(state.cwd),)
    return reading.names or (state.names if reading.passes else None)


def _secrets(name: str, words: Sequence[Value], state: State, follow: Following) -> None:
    """What an unknown command does with a secret cannot be harmless."""
    for value in words:
        where = follow.ground.locate(value, state.cwd)
        if where.place == "secret" and UNKNOWN not in value.text:
            follow.found.effect(Effect("read", name, value.text, where))
