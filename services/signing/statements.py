"""The very texts that people sign. They are kept for ever: an old signature must still verify.

Each names the place in the log that it is for, so that it is worth nothing a second time.
"""

import re
from typing import Final

import msgspec

DECISIONS: Final = "approve@enhanced-iterm-mcp"
APPROVERS: Final = "approvers@enhanced-iterm-mcp"
"""What a signature is for: one that was made for another purpose is worth nothing here."""
NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
"""What an approver may be called."""


class Approval(msgspec.Struct, frozen=True, tag="approve", tag_field="statement"):
    """A person lets exactly this happen; the digest covers bytes, place and policy.

    `sequence` is that of the request in the log: the same request made again is another one.
    """

    approval_id: str
    call_id: str
    session_id: str
    digest: str
    sequence: int


class Enrolment(msgspec.Struct, frozen=True, tag="enrol", tag_field="statement"):
    """An approver vouches for a key, and the key for itself; `history` digests all before."""

    approver: str
    key: str
    history: str


class Revocation(msgspec.Struct, frozen=True, tag="revoke", tag_field="statement"):
    """An approver declares a key worthless from now on; `history` is a digest of all before."""

    approver: str
    key: str
    history: str


type Statement = Approval | Enrolment | Revocation


def text_of(statement: Statement) -> bytes:
    """Return what is signed."""
    return msgspec.json.encode(statement, order="deterministic")


def purpose_of(statement: Statement) -> str:
    """Return the namespace of the signature."""
    return DECISIONS if isinstance(statement, Approval) else APPROVERS
