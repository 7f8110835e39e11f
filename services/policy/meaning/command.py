"""One command: what its words and redirections come to, by what is known of its name."""

import re
from collections.abc import Sequence
from posixpath import basename

from services.policy.meaning.effect import Effect
from services.policy.meaning.expand import expand, expand_one
from services.policy.meaning.following import Following
from services.policy.meaning.known import run_known
from services.policy.meaning.location import Location
from services.policy.meaning.obeyed import check_obeyed
from services.policy.meaning.redirection import redirect
from services.policy.meaning.state import State
from services.policy.meaning.variable import set_variable
from services.policy.syntax.tree import Simple
from services.policy.value import Value

_SYSTEM_PROGRAM = re.compile(r"(?:(?:/usr|/usr/local|/opt/homebrew)?/s?bin/)?([^/]+)")


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


def _only_splits(name: str, words: Sequence[Value]) -> bool:
    """``IFS= read line``: it holds for this one command, and says how it cuts a line."""
    return name == "IFS" and bool(words) and words[0].text == "read"


def run_words(
    words: Sequence[Value], state: State, follow: Following, *, functions: bool = False
) -> None:
    follow.found.ran.append(words)
    for word in words:
        check_obeyed(word, follow.found)
    first = words[0]
    program = _SYSTEM_PROGRAM.fullmatch(first.text)
    if not first.known or not first.text:
        where = Location("unknown")
        follow.found.effect(Effect("run", "the shell", first.text, where))
    elif not program:
        where = follow.ground.locate(first, state.cwd)
        follow.found.effect(Effect("run", basename(first.text), first.text, where))
    elif not (functions and first.text in state.functions and _call(words, state, follow)):
        run_known(program[1], words[1:], state, follow)


def _call(words: Sequence[Value], state: State, follow: Following) -> bool:
    """Follow all that a name may call; return whether it surely is a function."""
    bodies = state.functions[words[0].text]
    for body in bodies:
        if body is not None:
            follow.function(body, words[1:], state)
    return None not in bodies
