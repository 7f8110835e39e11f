"""Stored messages read back into events, whichever way they came."""

from typing import NamedTuple

from nats.aio.msg import Msg

from events import codec
from events.recorded import Recorded


class Unreadable(NamedTuple):
    """A stored message that is no event: of a newer version, or of a publisher gone wrong."""

    sequence: int
    reason: str


def from_stream(message: Msg) -> Recorded | Unreadable:
    """Read a message that was read directly or republished: the broker's facts are headers."""
    headers = message.headers or {}
    try:
        return codec.recorded(headers, message.data)
    except codec.UnreadableEvent as error:
        return Unreadable(int(headers["Nats-Sequence"]), str(error))


def from_delivery(message: Msg) -> Recorded:
    """Read a message that a consumer delivered: the broker's facts are in its reply subject."""
    delivery = message.metadata
    facts = {
        "Nats-Sequence": str(delivery.sequence.stream),
        "Nats-Subject": message.subject,
        "Nats-Time-Stamp": delivery.timestamp.isoformat(),
    }
    return codec.recorded((message.headers or {}) | facts, message.data)
