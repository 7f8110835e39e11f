"""Between events and their bytes: plain JSON, tagged with the type, readable without our tools."""

from datetime import datetime

import msgspec

from events.base import SessionEvent
from events.envelope import from_headers
from events.recorded import Recorded
from events.subjects import fact_named
from events.upcasts import UPCASTS
from events.vocabulary import AnyEvent

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder[AnyEvent](AnyEvent)


class UnreadableEvent(ValueError):
    """The stored bytes are no event of this vocabulary."""


def encode(event: SessionEvent) -> bytes:
    """Return the body to store."""
    return _encoder.encode(event)


def decode(body: bytes, event_type: str = "") -> AnyEvent:
    """Return the event; `event_type` is the stored `ce-type`, which selects an upcast."""
    try:
        if upcast := UPCASTS.get(event_type):
            return msgspec.convert(
                upcast(msgspec.json.decode(body, type=dict[str, object])), AnyEvent
            )
        return _decoder.decode(body)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise UnreadableEvent(f"{event_type or 'event'}: {error}") from error


def recorded(headers: dict[str, str], body: bytes) -> Recorded:
    """Read a stored message back; its headers carry what the broker added.

    Raises UnreadableEvent, also where the event is not the one that its subject names: the
    broker decides by the subject who may state it.
    """
    try:
        subject, stored_type = headers["Nats-Subject"], headers["ce-type"]
        event = decode(body, stored_type)
        _check_place(subject, stored_type, event)
        return Recorded(
            sequence=int(headers["Nats-Sequence"]),
            subject=subject,
            event=event,
            envelope=from_headers(headers),
            stored_at=datetime.fromisoformat(headers["Nats-Time-Stamp"]),
        )
    except UnreadableEvent:
        raise
    except (KeyError, ValueError) as error:
        raise UnreadableEvent(f"header {error}") from error


def _check_place(subject: str, stored_type: str, event: AnyEvent) -> None:
    place = f"{event.session_id}.{fact_named(stored_type)}"
    renamed = stored_type in UPCASTS
    if subject.split(".", 2)[2:] != [place] or not (renamed or type(event).__name__ == stored_type):
        raise UnreadableEvent(f"{type(event).__name__} of {event.session_id} under {subject}")
