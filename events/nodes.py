"""Facts about the machines that terminals live on."""

from events.base import SessionEvent


class NodeStarted(SessionEvent):
    """A driver took charge of a node."""

    version: str
    platform: str
    lost_sessions: int = 0


class NodeStopped(SessionEvent):
    """A driver left its node in good order."""

    reason: str
