"""Who said an event, when and why: CloudEvents 1.0 binary mode, carried in message headers."""

from datetime import datetime
from urllib.parse import quote, unquote

from events.base import Value

SPEC_VERSION = "1.0"


class Envelope(Value):
    """The circumstances of one event. `time` is the event's own time; order is by sequence only.

    `correlation` is the call it belongs to, `causation` the id of the event it answers,
    `trace` a W3C traceparent.
    """

    id: str
    time: datetime
    source: str
    actor: str
    correlation: str = ""
    causation: str = ""
    trace: str = ""


_HEADERS = {
    "id": "ce-id",
    "source": "ce-source",
    "actor": "ce-actor",
    "correlation": "ce-subject",
    "causation": "ce-causationid",
    "trace": "traceparent",
}
_REQUIRED = {"id", "source"}
_TWICE = {"id": "Nats-Msg-Id", "correlation": "ce-subject"}
"""Fields that NATS and CloudEvents know under names of their own."""


def to_headers(envelope: Envelope, event_type: str) -> dict[str, str]:
    """Return message headers; `Nats-Msg-Id` equals `ce-id` so that a repeat is stored once."""
    headers = {
        "ce-specversion": SPEC_VERSION,
        "ce-type": event_type,
        "ce-time": envelope.time.isoformat(),
    }
    for field, header in (*_HEADERS.items(), *_TWICE.items()):
        if value := getattr(envelope, field):
            headers[header] = quote(value, safe="!#$&'()*+,/:;=?@[]~")
    return headers


def from_headers(headers: dict[str, str]) -> Envelope:
    """Read the envelope back; raises KeyError where a required header is missing."""
    fields = {
        field: unquote(headers[name] if field in _REQUIRED else headers.get(name, ""))
        for field, name in _HEADERS.items()
    }
    return Envelope(time=datetime.fromisoformat(headers["ce-time"]), **fields)
