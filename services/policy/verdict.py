"""What a review comes to: a sentence for a person and every concern behind it."""

import msgspec

from events.review import Effect
from services.policy.concern import Concern


class Verdict(msgspec.Struct, frozen=True):
    """The summary says what would happen; no concern means it may.

    `effects` are as many as are recorded, `kinds` those of all.
    """

    summary: str
    concerns: list[Concern]
    effects: tuple[Effect, ...] = ()
    kinds: frozenset[str] = frozenset()
