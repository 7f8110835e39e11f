"""What is said of a text because of what its author was shown before."""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Final

from events.base import Text, plain
from events.review import Taint, Tier
from services.policy.concern import Concern, strictest
from services.policy.meaning.effect import Effect
from services.policy.rules import Rules
from services.policy.tiers import tier_of

_OUT: Final = frozenset({"connect", "network", "lookup", "upload", "cloud"})
_NAMED = 3


def under_taint(effects: Sequence[Effect], taint: Taint, rules: Rules) -> Iterator[Concern]:
    """Say what is graver than it would be alone; a person can still allow all of it."""
    graver = strictest(_next(tier_of(each, rules.tiers)) for each in effects if _told(each, rules))
    if taint.sources and graver != "safe":
        text = (
            f"The assistant was shown output of {_list(taint.sources)}, which nobody vouches for, "
            "and no person has spoken since."
        )
        yield Concern(graver, "tainted", text)
    if taint.secrets and any(each.kind in _OUT for each in effects):
        text = (
            f"The assistant was shown {_list(taint.secrets)}, a secret, within the last day, and "
            "this talks to another machine."
        )
        yield Concern("dangerous", "secret-known", text)


def quoted(taint: Taint) -> Iterator[Concern]:
    """Say that it was not the assistant who thought of it."""
    if plain(taint.quoted):
        text = (
            f"This stands word for word in output of {plain(taint.quoted_from)}, which nobody "
            f"vouches for: {plain(taint.quoted)}"
        )
        yield Concern("review", "quoted", text)


def _told(effect: Effect, rules: Rules) -> bool:
    return any(fnmatchcase(effect.rule, pattern) for pattern in rules.stricter_when_tainted)


def _next(tier: Tier) -> Tier:
    return "review" if tier == "safe" else "dangerous"


def _list(shown: Sequence[Text]) -> str:
    names = [plain(each) for each in shown]
    more = len(names) - _NAMED
    named = names if more <= 0 else [*names[-_NAMED:], f"{more} more"]
    return " and ".join(part for part in (", ".join(named[:-1]), named[-1]) if part)
