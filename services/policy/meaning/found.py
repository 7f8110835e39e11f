"""All that was come across in a text."""

from collections.abc import Sequence

from services.policy.concern import Concern
from services.policy.meaning.effect import Effect
from services.policy.value import UNKNOWN, Value


class Found:
    """Effects and concerns in their order, each once, and what the harmless commands do."""

    def __init__(self) -> None:
        self._effects: dict[Effect, None] = {}
        self._concerns: dict[Concern, None] = {}
        self._doings: dict[str, None] = {}
        self.ran: list[Sequence[Value]] = []

    @property
    def effects(self) -> tuple[Effect, ...]:
        return tuple(self._effects)

    @property
    def concerns(self) -> tuple[Concern, ...]:
        return tuple(self._concerns)

    @property
    def doings(self) -> tuple[str, ...]:
        return tuple(self._doings)

    def effect(self, effect: Effect) -> None:
        self._effects[effect] = None

    def doubt(self, rule: str, text: str) -> None:
        self.concern(Concern("review", rule, text.replace(UNKNOWN, "\N{HORIZONTAL ELLIPSIS}")))

    def concern(self, concern: Concern) -> None:
        self._concerns[concern] = None

    def doing(self, text: str) -> None:
        self._doings[text] = None
