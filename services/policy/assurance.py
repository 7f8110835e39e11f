"""How sure it must be that a person agreed, and how many persons must."""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Final

from events.approvals import Assurance
from events.review import Decision, Tier
from services.policy.concern import Concern

type Needs = Mapping[Tier, Assurance]

_ORDER: Final[tuple[Assurance, ...]] = ("client-asserted", "authenticated", "signed")
PAIR: Final = 2


def suffices(given: Assurance, least: Assurance) -> bool:
    """Whether an agreement is at least as sure as it must be."""
    return _ORDER.index(given) >= _ORDER.index(least)


def surest(left: Assurance, right: Assurance) -> Assurance:
    """Return the surer of two."""
    return left if suffices(left, right) else right


def least_for(tier: Tier, needs: Needs) -> Assurance:
    """Return how sure an agreement must be; the surest where nothing is said."""
    return _ORDER[0] if tier == "safe" else needs.get(tier, "signed")


def least_of(decision: Decision, needs: Needs) -> Assurance:
    """Return how sure each agreement to a decision must be: of several persons, each signs.

    A log-in says who ran a command, and one person can have several of those.
    """
    return "signed" if decision.approvers > 1 else least_for(decision.tier, needs)


def persons_needed(concerns: Iterable[Concern], four_eyes: tuple[str, ...]) -> int:
    """Return how many persons must agree: two where a rule that fired asks for it."""
    fired = {concern.rule for concern in concerns}
    asked = any(fnmatchcase(rule, pattern) for rule in fired for pattern in four_eyes)
    return PAIR if asked else 1
