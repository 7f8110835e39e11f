"""The sentence for a person: what would happen, the gravest first."""

from collections.abc import Mapping, Sequence
from typing import Final

from services.policy.meaning.effect import Effect
from services.policy.value import UNKNOWN

_MOST, _LONGEST = 4, 60
_VERBS: Final[Mapping[str, str]] = {
    "list": "looks at {}",
    "read": "reads {}",
    "write": "writes {}",
    "delete": "deletes {}",
    "delete-tree": "deletes {} and all in it",
    "mode": "changes who may use {}",
    "connect": "connects to {}",
    "upload": "sends {} to another machine",
    "listen": "lets others connect to {}",
    "run": "runs {}",
    "load": "loads {}, which can hold code",
    "install": "installs {}",
    "signal": "signals {}",
    "variable": "sets {}",
    "code": "runs code: {}",
    "privilege": "acts as another user or lets others do so",
    "persist": "will act later or at each start",
    "escape": "goes on in another shell, program or machine",
    "system": "changes the system",
    "credential": "shows or changes credentials",
    "history": "discards what version control keeps",
    "cloud": "changes what others share",
    "process": "ends or changes running programs",
    "network": "talks to other machines",
    "lookup": "asks the service that it is made for",
    "expose": "opens this machine to others",
    "state": "changes settings or a state",
}
_WITHOUT: Final[Mapping[str, str]] = {
    "delete-tree": "deletes a folder and all in it",
    "run": "runs what files here say",
}


def phrase(effect: Effect) -> str:
    return _phrase(effect.kind, [effect])


def sentence(effects: Sequence[Effect], doings: Sequence[str]) -> str:
    """Say it; the effects come in the order of their weight."""
    kinds = dict.fromkeys(effect.kind for effect in effects)
    parts = [_phrase(kind, [each for each in effects if each.kind == kind]) for kind in kinds]
    parts += doings
    more = len(parts) - _MOST
    shown = parts if more <= 0 else [*parts[:_MOST], f"{more} more"]
    return "; ".join(dict.fromkeys(shown)) or "does nothing"


def _phrase(kind: str, effects: Sequence[Effect]) -> str:
    targets = [_short(each) for each in effects if each.target]
    if not targets or "{}" not in _VERBS[kind]:
        by = next((each.command for each in effects if each.command), "")
        verb = _WITHOUT.get(kind, _VERBS[kind].replace("{}", "something"))
        return f"{by} {verb}".strip()
    return _VERBS[kind].replace("{}", _list(list(dict.fromkeys(targets))))


def _list(names: Sequence[str]) -> str:
    if len(names) > _MOST:
        names = [*names[: _MOST - 1], f"{len(names) - _MOST + 1} more"]
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def _short(effect: Effect) -> str:
    if effect.target.strip(UNKNOWN) == "":
        return "what is not known beforehand"
    text = effect.shown
    if len(text) <= _LONGEST:
        return text
    half = _LONGEST // 2  # both ends tell: the place and the name
    return f"{text[:half]}\N{HORIZONTAL ELLIPSIS}{text[1 - half :]}"
