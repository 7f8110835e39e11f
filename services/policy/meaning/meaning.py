"""The meaning of a command text: its effects, and what is not known about it."""

from collections.abc import Iterator
from itertools import starmap

import msgspec

from events.base import plain
from events.review import Context, Tier
from services.policy.concern import Concern, rank
from services.policy.dialect import SHELLS
from services.policy.line import Line, Segment, Word
from services.policy.meaning.combined import combined
from services.policy.meaning.effect import Effect
from services.policy.meaning.found import Found
from services.policy.meaning.guess import guessed, initial
from services.policy.meaning.location import Ground, workspace_of
from services.policy.meaning.sentence import phrase, sentence
from services.policy.meaning.walk import Walk
from services.policy.place import shell_of
from services.policy.rules import Rules
from services.policy.syntax.parse import parse
from services.policy.syntax.tree import NotUnderstood
from services.policy.tiers import tier_of
from services.policy.value import UNKNOWN

_OVER_LIMIT = frozenset({"too-deep", "too-complex"})


class Meaning(msgspec.Struct, frozen=True):
    """What a text would do. ``resolved`` holds the commands that it comes to."""

    effects: tuple[Effect, ...]
    concerns: tuple[Concern, ...]
    summary: str
    resolved: Line


def meaning(text: str, line: Line, context: Context, rules: Rules) -> Meaning:
    """Follow a text; where it is not understood, its plain words still tell of dangers."""
    shell = shell_of(context)
    walk = Walk(rules, ground(context, rules), shell)
    state = initial(context)
    try:
        script = parse(text, shell if shell in SHELLS else "bash")
        if not script.pipelines:
            walk.found.doubt("empty", "There is no command.")
        walk.script(script, state)
    except NotUnderstood as error:
        tier: Tier = "blocked" if error.rule in _OVER_LIMIT else "review"
        walk.found.concern(Concern(tier, error.rule, f"{error}."))
        for effect in guessed(text, line, context, walk):
            walk.found.effect(effect)
    return told(walk.found, rules)


def ground(context: Context, rules: Rules) -> Ground:
    """Return what paths are judged by in a session."""
    return Ground(workspace_of(plain(context.cwd)), rules.secret_paths)


def told(found: Found, rules: Rules) -> Meaning:
    """Weigh what was come across."""
    judged: list[tuple[Tier, Effect]] = [
        (tier_of(each, rules.tiers), each) for each in found.effects
    ]
    judged.sort(key=lambda each: -rank(each[0]))
    effects = [effect for _, effect in judged]
    concerns = (*starmap(_concern, judged), *combined(found.effects), *found.concerns)
    return Meaning(
        effects=tuple(effects),
        concerns=tuple(each for each in concerns if each.tier != "safe"),
        summary=sentence(effects, found.doings),
        resolved=_resolved(found),
    )


def _concern(tier: Tier, effect: Effect) -> Concern:
    place = effect.location.place
    where = _PLACES.get(place, "")
    said = phrase(effect)
    by = effect.command
    who = f"{by}: " if by and not said.startswith(f"{by} ") else ""
    return Concern(tier, effect.rule, f"{who}{said}{where}.", effect.kind)


def _resolved(found: Found) -> Line:
    commands = [Segment(tuple(Word(value.text) for value in words)) for words in found.ran]
    return Line((*commands, Segment((Word("touch"), *_paths(found)))), whole=True)


def _paths(found: Found) -> Iterator[Word]:
    for effect in found.effects:
        if effect.location.path and UNKNOWN not in effect.location.path:
            yield Word(effect.location.path)


_PLACES = {
    "dotfile": ", which programs read at their start",
    "secret": ", which may hold a secret",
    "system": ", which the system relies on",
    "unknown": ", wherever that is",
    "disk": ", a disk",
}
