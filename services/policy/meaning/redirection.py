"""Redirections: files that are read and written by the shell itself."""

import re

from services.policy.meaning.effect import Effect
from services.policy.meaning.expand import expand_one
from services.policy.meaning.following import Following
from services.policy.meaning.obeyed import check_obeyed
from services.policy.meaning.state import State
from services.policy.syntax.tree import Redirect
from services.policy.value import Value

_DUPLICATE = re.compile(r"\d+-?|-")
_NETWORK = re.compile(r"/dev/(?:tcp|udp)/")


def redirect(each: Redirect, state: State, follow: Following) -> str | None:
    """Note what a redirection does; return the text that it gives as input, if it is known."""
    value = expand_one(each.target, state, follow)
    check_obeyed(value, follow.found)
    if each.operator in {"<<", "<<<"}:
        return value.text
    if each.operator in {"<&", ">&"} and _DUPLICATE.fullmatch(value.text):
        return None
    if value.text.startswith("-"):
        value = Value(f"./{value.text}", value.pattern)
    for kind in _kinds(each.operator, value.text):
        location = follow.ground.locate(value, state.cwd)
        if location.place:
            follow.found.effect(Effect(kind, "", value.text, location))
    return None


def _kinds(operator: str, target: str) -> tuple[str, ...]:
    if _NETWORK.match(target):
        return ("connect",)
    if operator == "<>":
        return ("read", "write")
    return ("read",) if operator in {"<", "<&"} else ("write",)
