"""The way of each event, from what the services declare."""

import inspect
from collections.abc import Mapping
from typing import Final

import msgspec

from events.base import SessionEvent
from events.operations import LogRestored
from events.subjects import fact
from events.vocabulary import ALL
from services.mcp_front import front
from services.safety_reviewer import service as reviewer
from services.session_driver import service as driver

type Events = tuple[type[SessionEvent], ...]
EMITS: Final[Mapping[str, Events]] = {
    "mcp_front": front.EMITS,
    "safety_reviewer": reviewer.EMITS,
    "session_driver": driver.EMITS,
    "operator": (LogRestored,),
}
HANDLES: Final[Mapping[str, Events]] = {
    "mcp_front": front.HANDLES,
    "safety_reviewer": reviewer.HANDLES,
    "session_driver": driver.HANDLES,
}


class Flow(msgspec.Struct, frozen=True):
    """Where one event comes from and whom it wakes."""

    event: str
    subject: str
    emitted_by: tuple[str, ...]
    handled_by: tuple[str, ...]
    says: str


def flows() -> list[Flow]:
    """Return every event of the vocabulary, in its order."""
    return [
        Flow(
            event.__name__,
            f"evt.<node>.<session>.{fact(event)}",
            _those(EMITS, event),
            _those(HANDLES, event),
            inspect.getdoc(event) or "",
        )
        for event in ALL
    ]


def _those(services: Mapping[str, Events], event: type[SessionEvent]) -> tuple[str, ...]:
    return tuple(name for name, events in services.items() if event in events)
