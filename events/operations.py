"""Facts about running the system itself."""

from events.base import SessionEvent


class LogRestored(SessionEvent):
    """The log was restored from a backup; nothing at or before this point is executed."""

    restored_to: int
    source: str


class HandlingFailed(SessionEvent):
    """A service gave an event up after all its attempts: the dead letter."""

    service: str
    sequence: int
    attempts: int
    error: str
