"""What a review would come to, of a command that nobody requested. Pure."""

from datetime import datetime

from events.approvals import ApprovalRequested
from events.calls import ToolCallCleared, ToolCallRefused
from events.vocabulary import CallFact
from projections.calls import Call
from services.contract.approval import Check, Checked


def imagined(question: Check, now: datetime) -> Call:
    """Return the call as it would be if it were requested now, and its turn had come."""
    return Call(
        call_id="",
        session_id=question.session_id,
        node=question.node,
        principal=question.by,
        action=question.action,
        fingerprint="",
        epoch="",
        deadline=now,
        sequence=0,
        newest=0,
        cause="",
    )


def told(fact: CallFact) -> Checked:
    """Say what a verdict would do. Its digest stays here: it is part of a clearance."""
    match fact:
        case ToolCallCleared():
            return Checked(would="run", decision=fact.decision, context=fact.context)
        case ApprovalRequested():
            return Checked(would="wait_for_approval", decision=fact.decision, context=fact.context)
        case ToolCallRefused():
            return Checked(
                would="be_blocked", decision=fact.decision, context=fact.context, code=fact.code
            )
        case _:
            raise TypeError(f"{type(fact).__name__} is no verdict on a command")
