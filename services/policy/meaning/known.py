"""A command by its name: what is known of it, applied to its words."""

import re
from collections.abc import Sequence

from services.policy.concern import Concern
from services.policy.knowledge.book import spellings
from services.policy.knowledge.command import Command
from services.policy.knowledge.reading import read
from services.policy.knowledge.use import Reading
from services.policy.meaning.effect import Effect
from services.policy.meaning.following import Following
from services.policy.meaning.shell_builtin import run_builtin
from services.policy.meaning.state import Names, State
from services.policy.meaning.uses import take
from services.policy.meaning.wrapped import wrapped
from services.policy.value import UNKNOWN, Value

_SHELL = re.compile(r"(?<![\w/.-])(?:/usr)?/bin/(?:ba|z|da|k|t?c|fi)?sh(?![\w.])")
_VERSION = re.compile(r"-?[0-9][0-9.]*$")
_SHORT = 200  # characters of a question to another machine
# Where the files of others come to lie, also inside a workspace.
_FOREIGN = re.compile(r"/(?:node_modules|site-packages|vendor|third_party|downloads)(?:/|$)")
_SHELLS = frozenset({"sh", "bash", "zsh", "dash", "ksh"})


def run_known(name: str, words: Sequence[Value], state: State, follow: Following) -> None:
    command = _known(name, follow)
    if command is None:
        follow.found.doubt("unknown-command", f"{name} is not a command that is known.")
        follow.found.doing(f"runs {name}")
        _suspicions(name, words, state, follow)
        return
    before = len(follow.found.effects)
    run_builtin(name, words, state, follow)
    reading = read(command, tuple(words))
    _doubts(name, words, reading, state, follow)
    if command.trusts:
        _trusted(name, state, follow)
    if reading.elsewhere:
        _elsewhere(name, reading, state, follow)
    _effects(name, words, reading, state, follow)
    for inner in reading.commands:
        follow.words(wrapped(name, inner, reading, state), state)
    state.printed = _printed(name, reading, state)
    if len(follow.found.effects) == before and not reading.commands:
        follow.found.doing(f"{name} {command.does}")


def _known(name: str, follow: Following) -> Command | None:
    """A program under another spelling is taken for what it is, but not for sure."""
    commands = follow.rules.commands
    if name in commands:
        return commands[name]
    for other in spellings(name):
        if other in commands:
            follow.found.doubt("unknown-command", f"{name} is taken for {other}.")
            return commands[other]
    return None


def _doubts(
    name: str, words: Sequence[Value], reading: Reading, state: State, follow: Following
) -> None:
    if reading.doubts:
        _suspicions(name, words, state, follow)
    for doubt in reading.doubts:
        follow.found.doubt("arguments", f"{name}: {doubt}.")
    if reading.tier != "safe":
        text = f"{name} {reading.why}."
        follow.found.concern(Concern(reading.tier, f"command-{name}", text))


def _effects(
    name: str, words: Sequence[Value], reading: Reading, state: State, follow: Following
) -> None:
    kinds = {_asked(words) if kind == "lookup" else kind for kind in reading.kinds}
    if name in _SHELLS and state.text is not None and kinds == {"escape"} and not reading.uses:
        follow.text(state.text, state.copy(lasting=False), name)
        kinds.clear()
    targets = take(name, reading, state, follow)
    for kind in sorted(kinds - targets):
        follow.found.effect(Effect(kind, name))


def _asked(words: Sequence[Value]) -> str:
    """A question could carry away what was read: only a short one whose words are known cannot."""
    plain = all(word.known for word in words) and sum(len(word.text) for word in words) <= _SHORT
    return "lookup" if plain else "network"


def _trusted(name: str, state: State, follow: Following) -> None:
    """Where anybody may have put files, a mere look at them can run what they say."""
    where = follow.ground.locate(Value("."), state.cwd)
    if where.place in {"temp", "unknown"} or _FOREIGN.search(where.path):
        text = f"{name} works in a folder whose options can run programs."
        follow.found.doubt("elsewhere", text)


def _elsewhere(name: str, reading: Reading, state: State, follow: Following) -> None:
    """Below a place in the workspace a relative path means something in the workspace, too."""
    roots = [use.value for use in reading.uses if use.role == "list" and not use.flag]
    places = [follow.ground.locate(each, state.cwd) for each in roots or [Value(".")]]
    inside = all(follow.ground.is_inside(each.path) and not each.vague for each in places)
    if not inside or any(".." in word.text for argv in reading.commands for word in argv):
        text = f"{name} runs commands in the directories that it finds."
        follow.found.doubt("elsewhere", text)


def _printed(name: str, reading: Reading, state: State) -> Names:
    """The names of files that a command prints, if it prints nothing else."""
    if name == "pwd" and state.cwd != UNKNOWN:
        return (Value(state.cwd),)
    return reading.names or (state.names if reading.passes else None)


def _suspicions(name: str, words: Sequence[Value], state: State, follow: Following) -> None:
    """What is done with a secret or a shell in a way that is not known cannot be harmless."""
    for value in words:
        if _SHELL.search(value.text):
            follow.found.effect(Effect("escape", name))
        where = follow.ground.locate(value, state.cwd)
        if where.place == "secret" and UNKNOWN not in value.text:
            follow.found.effect(Effect("read", name, value.text, where))
