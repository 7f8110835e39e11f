"""Facts about the keys with which people sign their decisions."""

from events.base import SessionEvent


class ApproverEvent(SessionEvent):
    """A fact about an approver's key: a line as in `authorized_keys`, without a comment."""

    approver: str
    key: str
    by: str
    signature: str = ""


class ApproverEnrolled(ApproverEvent):
    """A key may sign decisions. Whoever enrolled before vouches for it; nobody for the first."""


class ApproverRevoked(ApproverEvent):
    """A key may sign nothing any more. What it signed before stays signed."""
