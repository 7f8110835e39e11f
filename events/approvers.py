"""Facts about the keys with which people sign their decisions."""

from events.base import SessionEvent


class ApproverEvent(SessionEvent):
    """A fact about an approver's key: a line as in `authorized_keys`, without a comment."""

    approver: str
    key: str
    by: str
    signature: str = ""


class ApproverEnrolled(ApproverEvent):
    """A key may sign decisions; an approver vouches for it, and `proof` is its own signature."""

    proof: str = ""


class ApproverRevoked(ApproverEvent):
    """A key may sign nothing any more, nor counts what it signed and nobody has acted on yet."""
