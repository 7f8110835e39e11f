"""What a command does to the world, as far as it matters to a person."""

import msgspec

from events import review
from services.policy.meaning.location import Location
from services.policy.value import UNKNOWN
from services.policy.visible import visible


class Effect(msgspec.Struct, frozen=True):
    """One effect: what is done, to what, where, and by which command."""

    kind: str
    command: str
    target: str = ""
    location: Location = Location()

    @property
    def shown(self) -> str:
        """The target as a person reads it; what is not known beforehand is an ellipsis."""
        return visible(self.target.replace(UNKNOWN, "\N{HORIZONTAL ELLIPSIS}"))

    @property
    def rule(self) -> str:
        """The name of the rule that is about it."""
        return f"{self.kind}-{self.location.place}" if self.location.place else self.kind

    @property
    def recorded(self) -> review.Effect:
        return review.Effect(kind=self.kind, target=self.shown, place=self.location.place)
