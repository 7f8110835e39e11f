"""An event as the log holds it."""

from datetime import datetime

from events.base import Value
from events.envelope import Envelope
from events.vocabulary import AnyEvent


class Recorded(Value):
    """A stored event; `stored_at` is the broker's time, `sequence` its place in the order."""

    sequence: int
    subject: str
    event: AnyEvent
    envelope: Envelope
    stored_at: datetime
