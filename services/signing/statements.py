"""The very texts that people sign. They are kept for ever: an old signature must still verify."""

from typing import Final

import msgspec

DECISIONS: Final = "approve@enhanced-iterm-mcp"
APPROVERS: Final = "approvers@enhanced-iterm-mcp"
"""What a signature is for: one that was made for another purpose is worth nothing here."""


class Approval(msgspec.Struct, frozen=True, tag="approve", tag_field="statement"):
    """A person lets exactly this happen; the digest covers bytes, place and policy."""

    approval_id: str
    call_id: str
    session_id: str
    digest: str


class Enrolment(msgspec.Struct, frozen=True, tag="enrol", tag_field="statement"):
    """An approver vouches for another one's key."""

    approver: str
    key: str


class Revocation(msgspec.Struct, frozen=True, tag="revoke", tag_field="statement"):
    """An approver declares a key worthless from now on."""

    approver: str
    key: str


type Statement = Approval | Enrolment | Revocation


def text_of(statement: Statement) -> bytes:
    """Return what is signed."""
    return msgspec.json.encode(statement, order="deterministic")


def purpose_of(statement: Statement) -> str:
    """Return the namespace of the signature."""
    return DECISIONS if isinstance(statement, Approval) else APPROVERS
