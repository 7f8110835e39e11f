"""Where an event is stored: `evt.<node>.<session>.<fact>`, the session being the unit of order."""

import re
from functools import cache

from events.base import Event, SessionEvent

EVENTS, LIVE, RECORDING = "evt", "live.evt", "out"
ANY = "_"
"""The session of a fact about a node, and the node of a fact about the whole system."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class BadToken(ValueError):
    """A node or session name may hold letters, digits, - and _ only, at most 64 of them."""


def token(name: str) -> str:
    """Return the name unchanged if it may be part of a subject."""
    if not _TOKEN.fullmatch(name):
        raise BadToken(name)
    return name


@cache
def fact(event_type: type[Event]) -> str:
    """Return the last token of an event's subject."""
    return fact_named(event_type.__name__)


def fact_named(name: str) -> str:
    """Return the class name in kebab case without the leading `Tool`."""
    return _WORD.sub("-", name.removeprefix("Tool")).lower()


def subject_of(node: str, event: SessionEvent) -> str:
    """Return the subject that this event is stored under."""
    return f"{EVENTS}.{token(node)}.{token(event.session_id)}.{fact(type(event))}"


def session_filter(subject: str) -> str:
    """Return the filter that matches every fact of the same session."""
    return subject.rpartition(".")[0] + ".*"


def recording_of(node: str, session_id: str) -> str:
    """Return the subject of a session's recording."""
    return f"{RECORDING}.{token(node)}.{token(session_id)}"


def node_of(subject: str) -> str:
    """Return the node that a stored event belongs to."""
    return subject.split(".", 3)[1]
