"""What becomes of a question to a person: granted, denied, expired or withdrawn. Pure."""

from datetime import datetime, timedelta
from typing import assert_never

from events.approvals import ApprovalDenied, ApprovalExpired, ApprovalGranted, ApprovalWithdrawn
from events.calls import ToolCallWithdrawn
from events.lifecycle import State
from events.vocabulary import CallFact
from projections.calls import Call, Calls
from services.contract.approval import Decide
from services.safety_reviewer.verdicts import lapsed

GRANTED_FOR = timedelta(seconds=30)
"""How long a granted call may wait for the driver."""
GRACE = timedelta(seconds=5)
"""How long after its end a clearance is left to the driver before it is recorded as lapsed."""


def asked(calls: Calls, approval_id: str) -> Call | None:
    """Return the call that a question is about, while it is open."""
    waiting = (c for c in calls.open.values() if c.state is State.AWAITING_APPROVAL)
    return next((call for call in waiting if call.approval_id == approval_id), None)


def answered(call: Call, answer: Decide, now: datetime) -> CallFact:
    """Turn a person's answer into its event; an answer after the end is none."""
    if _over(call.expires_at, now):
        return _expired(call)
    match answer.verdict:
        case "grant":
            return ApprovalGranted(
                call_id=call.call_id,
                session_id=call.session_id,
                approval_id=call.approval_id,
                by=answer.by,
                assurance="authenticated",
                digest=call.digest,
                valid_until=now + GRANTED_FOR,
            )
        case "deny":
            return ApprovalDenied(
                call_id=call.call_id,
                session_id=call.session_id,
                approval_id=call.approval_id,
                by=answer.by,
                reason=answer.reason,
            )
        case _:
            assert_never(answer.verdict)


def withdrawn(call: Call, by: str) -> CallFact | None:
    """Take back a call that has not been started; None where it is too late for that."""
    match call.state:
        case State.AWAITING_APPROVAL:
            return ApprovalWithdrawn(
                call_id=call.call_id,
                session_id=call.session_id,
                approval_id=call.approval_id,
                by=by,
            )
        case State.REQUESTED | State.CLEARED:
            return ToolCallWithdrawn(call_id=call.call_id, session_id=call.session_id, by=by)
        case _:
            return None


def overdue(call: Call, now: datetime) -> CallFact | None:
    """Return what time alone has made of a call."""
    match call.state:
        case State.AWAITING_APPROVAL if _over(call.expires_at, now):
            return _expired(call)
        case State.REQUESTED if now > call.deadline:
            return lapsed(call, "nobody reviewed it in time")
        case State.CLEARED if _over(call.valid_until, now - GRACE):
            return lapsed(call, "cleared, but not started in time")
        case _:
            return None


def _over(end: datetime | None, now: datetime) -> bool:
    return end is not None and now > end


def _expired(call: Call) -> ApprovalExpired:
    return ApprovalExpired(
        call_id=call.call_id, session_id=call.session_id, approval_id=call.approval_id
    )
