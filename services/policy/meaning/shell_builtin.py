"""Commands of the shell itself: what they change in it, and where they evaluate a text."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from services.policy.meaning.effect import Effect
from services.policy.meaning.following import Following
from services.policy.meaning.location import Location
from services.policy.meaning.state import ANYTHING, State
from services.policy.meaning.variable import set_variable
from services.policy.value import UNKNOWN, Value

_RUNS = re.compile(r"\$\(|`|\$\{")
_NAME = re.compile(r"[A-Za-z_]\w*")
_VALUED = re.compile(r"-[A-Za-z]*?[pdnNtuik](.*)", re.DOTALL)
DECLARING = ("export", "declare", "typeset", "local", "readonly", "integer", "float")
_TAKES_NAMES = frozenset({"read", "unset", "mapfile", "readarray", "getopts", *DECLARING})
_EVALUATES = _TAKES_NAMES | {"test", "[", "let", "wait", "trap", "complete", "compgen"}

type _Change = Callable[[Sequence[Value], State, Following], None]


def run_builtin(name: str, words: Sequence[Value], state: State, follow: Following) -> None:
    """Follow the change to the shell; what it does to the world is known elsewhere."""
    if name in _EVALUATES:
        _check_text(name, words, follow)
    if name in _CHANGES:
        _CHANGES[name](words, state, follow)


def _cd(words: Sequence[Value], state: State, follow: Following) -> None:
    targets = [word for word in words if not _is_flag(word)]
    match targets:
        case []:
            state.cwd = "~"
        case [one] if one.text != "-" and not one.many and not one.pattern:
            where = follow.ground.locate(one, state.cwd)
            state.cwd = where.path if UNKNOWN not in where.path else UNKNOWN
        case _:
            state.cwd = UNKNOWN


def _lost(words: Sequence[Value], state: State, follow: Following) -> None:
    state.cwd = UNKNOWN


def _alias(words: Sequence[Value], state: State, follow: Following) -> None:
    """A name that stands for something else from the next line on."""
    for word in words:
        name, given, _ = word.text.partition("=")
        if given and state.lasting:
            kind = "persist" if name in follow.rules.commands else "state"
            follow.found.effect(Effect(kind, "alias", name))


def _trap(words: Sequence[Value], state: State, follow: Following) -> None:
    """What it runs, it runs from now on among other commands."""
    given = [word.text for word in words if not _is_flag(word)]
    if len(given) > 1 and given[0] not in {"", "-"} and state.lasting:
        follow.found.effect(Effect("state", "trap"))


def _shift(words: Sequence[Value], state: State, follow: Following) -> None:
    state.arguments = None


def _set(words: Sequence[Value], state: State, follow: Following) -> None:
    if any(word.text == "history" for word in words):
        follow.found.effect(Effect("variable", "set", "HISTFILE", Location("system")))
    _shift(words, state, follow)


def _export(words: Sequence[Value], state: State, follow: Following) -> None:
    for word in words:
        name, equals, _ = word.text.partition("=")
        if equals and _NAME.fullmatch(name):
            set_variable(name, follow, exported=True)
    _declare(words, state, follow)


def _declare(words: Sequence[Value], state: State, follow: Following) -> None:
    if any(_is_flag(word) and "x" in word.text for word in words):
        _export([word for word in words if not _is_flag(word)], state, follow)
    for word in words:
        name, equals, text = word.text.partition("=")
        if _is_flag(word):
            _check_flag(word, follow)
        elif not _NAME.fullmatch(name):
            _doubt(word, follow)
        elif equals:
            set_variable(name, follow, exported=False)
            state.set(name, Value(text, word.pattern))


def _read(words: Sequence[Value], state: State, follow: Following) -> None:
    names = state.names or ()
    value = names[0] if len(names) == 1 and not names[0].many else ANYTHING
    for word in _without_values(words):
        if _NAME.fullmatch(word.text):
            set_variable(word.text, follow, exported=False)
            state.set(word.text, value)
        elif not _is_flag(word) and (UNKNOWN in word.text or "[" in word.text):
            _doubt(word, follow)
    state.set("REPLY", ANYTHING)


def _without_values(words: Sequence[Value]) -> Iterator[Value]:
    """The words of `read` that are not the value of a flag: a prompt, a delimiter, a number."""
    rest = iter(words)
    for word in rest:
        flag = _VALUED.fullmatch(word.text)
        if flag and not flag[1]:
            next(rest, None)
        elif not flag:
            yield word


def _forget(words: Sequence[Value], state: State, follow: Following) -> None:
    for word in words:
        if _NAME.fullmatch(word.text):
            set_variable(word.text, follow, exported=False)
            state.set(word.text, ANYTHING)
        elif not _is_flag(word):
            _doubt(word, follow)


def _printf(words: Sequence[Value], state: State, follow: Following) -> None:
    if words and words[0].text.startswith("-v"):
        _check_text("printf", words[:2], follow)
        _forget([Value(words[0].text[2:])] if words[0].text != "-v" else words[1:2], state, follow)


def _check_text(name: str, words: Sequence[Value], follow: Following) -> None:
    if any(_RUNS.search(word.text) for word in words):
        follow.found.effect(Effect("code", name, " ".join(word.text for word in words)))


def _check_flag(word: Value, follow: Following) -> None:
    """A name reference or an integer makes a later text be evaluated."""
    if set(word.text[1:]) & set("niEF"):
        _doubt(word, follow)


def _is_flag(word: Value) -> bool:
    return word.text.startswith("-") and len(word.text) > 1


def _doubt(word: Value, follow: Following) -> None:
    follow.found.doubt("evaluation", f"The shell may evaluate {word.text!r} as an expression.")


_CHANGES: Mapping[str, _Change] = {
    "cd": _cd,
    "chdir": _cd,
    "pushd": _cd,
    "popd": _lost,
    "printf": _printf,
    "alias": _alias,
    "trap": _trap,
    "shift": _shift,
    "set": _set,
    "unset": _forget,
    "getopts": _forget,
    "read": _read,
    "mapfile": _read,
    "readarray": _read,
    **dict.fromkeys(DECLARING, _declare),
    "export": _export,
}
