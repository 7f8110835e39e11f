"""Facts about a person's decision on one call."""

from datetime import datetime
from typing import Literal

from events.base import Text
from events.calls import CallEvent
from events.review import Context, Decision

type Assurance = Literal["signed", "authenticated", "client-asserted"]


class ApprovalEvent(CallEvent):
    """A fact about one approval."""

    approval_id: str


class ApprovalRequested(ApprovalEvent):
    """The policy wants a person to decide about the call."""

    decision: Decision
    context: Context
    digest: str
    expires_at: datetime


class ApprovalEndorsed(ApprovalEvent):
    """One of several required persons agreed."""

    by: str
    assurance: Assurance
    signature: str = ""


class ApprovalGranted(ApprovalEvent):
    """A person agreed to exactly the bytes and the context behind the digest."""

    by: str
    assurance: Assurance
    digest: str
    valid_until: datetime
    signature: str = ""


class ApprovalDenied(ApprovalEvent):
    """A person refused."""

    by: str
    reason: Text = ""


class ApprovalExpired(ApprovalEvent):
    """Nobody answered in time. Silence is not consent."""


class ApprovalWithdrawn(ApprovalEvent):
    """The question lost its reason before anybody answered."""

    by: str
