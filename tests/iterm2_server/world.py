"""All that a request can ask about or change."""

from dataclasses import dataclass, field
from typing import Protocol

from tests.iterm2_server.app import App
from tests.iterm2_server.desk import Desk
from tests.iterm2_server.human import Human
from tests.iterm2_server.profiles import Profiles
from tests.iterm2_server.subscriptions import Listener
from tests.iterm2_server.turns import Turns
from tests.iterm2_server.values import Json


@dataclass
class World:
    """One running iTerm2."""

    protocol: tuple[int, int]
    app: App
    desk: Desk
    turns: Turns
    human: Human
    profiles: Profiles
    preferences: dict[str, Json] = field(default_factory=dict[str, Json])
    arrangements: list[str] = field(default_factory=list[str])
    selections: dict[str, bytes] = field(default_factory=dict[str, bytes])


class Answer(Protocol):
    """Any response message."""

    def SerializeToString(self) -> bytes: ...


__all__ = ["Answer", "Listener", "World"]
