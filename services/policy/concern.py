"""One reason not to let an action simply run."""

from collections.abc import Iterable

import msgspec

from events.review import Finding, Tier
from services.policy.visible import visible

_ORDER: tuple[Tier, ...] = ("safe", "review", "dangerous", "blocked")


class Concern(msgspec.Struct, frozen=True):
    """What a rule found, and the least strict tier it leaves open.

    `kind` is that of the effect which it is about, "" where it is about more or something else.
    """

    tier: Tier
    rule: str
    text: str
    kind: str = ""

    @property
    def finding(self) -> Finding:
        return Finding(rule=self.rule, text=visible(self.text))


def rank(tier: Tier) -> int:
    return _ORDER.index(tier)


def strictest(tiers: Iterable[Tier]) -> Tier:
    worst: Tier = "safe"
    for tier in tiers:
        if _ORDER.index(tier) > _ORDER.index(worst):
            worst = tier
    return worst
