"""Modes: how much stricter than the rules everything is judged while one is in force. Pure."""

from collections.abc import Iterator, Mapping

import msgspec

from events import review
from events.actions import Action
from events.review import Tier
from services.policy.concern import Concern, rank, strictest
from services.policy.tiers import OTHERWISE
from services.policy.verdict import Verdict

type Least = Mapping[str, Tier]
"""The least strict tier that is left, by name; `otherwise` is for all that are not named."""


class Mode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a mode makes of each kind of effect, and of each action.

    What is not understood, or doubted for another reason, could be any effect that is not named.
    `asks` is false where nobody is there whom one could ask.
    """

    why: str
    effects: Least = {}
    actions: Least = {}
    asks: bool = True


type Modes = Mapping[review.Mode, Mode]


def stricter(
    modes: Modes, action: Action, verdict: Verdict, tier: Tier
) -> Iterator[tuple[review.Mode, Concern]]:
    """Yield what each mode has against an action that the rules alone put into this tier.

    Those in which nobody is there come last: what another one would ask about is refused, too.
    """
    for name, mode in sorted(modes.items(), key=lambda each: not each[1].asks):
        raised = strictest([tier, *_least(mode, action, verdict)])
        if not mode.asks and raised != "safe":
            raised = "blocked"
        if rank(raised) > rank(tier):
            yield name, Concern(raised, f"mode-{name}", f"In mode {name}, {mode.why}.")
            tier = raised


def _least(mode: Mode, action: Action, verdict: Verdict) -> Iterator[Tier]:
    yield _of(str(action.__struct_config__.tag), mode.actions)
    for kind in verdict.kinds | {concern.kind for concern in verdict.concerns}:
        yield _of(kind, mode.effects)


def _of(name: str, least: Least) -> Tier:
    return least.get(name, least.get(OTHERWISE, "safe"))
