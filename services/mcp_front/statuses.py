"""How a call stands, in the one word that tools answer with."""

from typing import Final

from events.actions import BEGINNINGS
from events.approvals import ApprovalDenied, ApprovalExpired, ApprovalWithdrawn
from events.calls import (
    ToolCallCancelled,
    ToolCallCompleted,
    ToolCallFailed,
    ToolCallLapsed,
    ToolCallOutcomeUnknown,
    ToolCallRefused,
    ToolCallRejected,
    ToolCallWithdrawn,
)
from events.lifecycle import State
from services.mcp_front.answers import Status
from services.mcp_front.views import HANDOFF, CallView, Outcome

OUTCOMES: Final[dict[type[Outcome], Status]] = {
    ToolCallRefused: "blocked",
    ToolCallLapsed: "expired",
    ToolCallWithdrawn: "withdrawn",
    ToolCallRejected: "rejected",
    ToolCallCompleted: "completed",
    ToolCallFailed: "failed",
    ToolCallCancelled: "interrupted",
    ToolCallOutcomeUnknown: "unknown",
    ApprovalDenied: "denied",
    ApprovalExpired: "expired",
    ApprovalWithdrawn: "withdrawn",
}

STATES: Final[dict[State, Status]] = {
    State.NEW: "queued",
    State.REQUESTED: "queued",
    State.AWAITING_APPROVAL: "awaiting_approval",
    State.CLEARED: "queued",
    State.RUNNING: "running",
    State.COMPLETED: "completed",
    State.FAILED: "failed",
    State.CANCELLED: "interrupted",
    State.UNKNOWN: "unknown",
    State.REFUSED: "blocked",
    State.DENIED: "denied",
    State.EXPIRED: "expired",
    State.LAPSED: "expired",
    State.REJECTED: "rejected",
    State.WITHDRAWN: "withdrawn",
}

_OPENING: Final = frozenset(str(action.__struct_config__.tag) for action in BEGINNINGS)

# From these on, something was typed, so there may be output.
STARTED: Final[frozenset[Status]] = frozenset(
    {
        "running",
        "awaiting_input",
        "completed",
        "interrupted",
        "timed_out",
        "failed",
        "session_lost",
        "unknown",
    }
)


def status_of(call: CallView) -> Status:
    """Name how the call stands; an outcome says more than the state."""
    outcome = call.outcome
    if outcome is None:
        return _of_state(call)
    if isinstance(outcome, ToolCallCompleted):
        return "denied" if outcome.status == "declined" else outcome.status
    if isinstance(outcome, ToolCallFailed) and outcome.code == "session_lost":
        return "session_lost"
    return OUTCOMES[type(outcome)]


def never_opened(call: CallView) -> bool:
    """Whether it was to begin a session and has ended without one."""
    ended = call.outcome is not None and not isinstance(call.outcome, ToolCallCompleted)
    return ended and call.tool in _OPENING and not call.epoch


def _of_state(call: CallView) -> Status:
    if call.state is State.RUNNING and call.tool == HANDOFF:
        return "awaiting_person"
    if call.state is State.RUNNING and call.awaiting_input:
        return "awaiting_input"
    return STATES[call.state]
