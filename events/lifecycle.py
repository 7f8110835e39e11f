"""The one table of a call: state, event, next state, and who may publish the event.

`evolve` of the calls, the publish permissions in nats.conf and docs/flow.md come from it.
"""

from enum import StrEnum
from typing import Final, NamedTuple

from events import approvals, calls
from events.base import SessionEvent


class State(StrEnum):
    """Where a call stands."""

    NEW = "new"
    REQUESTED = "requested"
    AWAITING_APPROVAL = "awaiting_approval"
    CLEARED = "cleared"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    DENIED = "denied"
    EXPIRED = "expired"
    LAPSED = "lapsed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Step(NamedTuple):
    """In `state`, `event` leads to `after`; only `publisher` may say so."""

    state: State
    event: type[SessionEvent]
    after: State
    publisher: str


FRONT, REVIEWER, DRIVER = "mcp_front", "safety_reviewer", "session_driver"

LIFECYCLE: Final = (
    Step(State.NEW, calls.ToolCallRequested, State.REQUESTED, FRONT),
    Step(State.REQUESTED, calls.ToolCallCleared, State.CLEARED, REVIEWER),
    Step(State.REQUESTED, calls.ToolCallRefused, State.REFUSED, REVIEWER),
    Step(State.REQUESTED, calls.ToolCallLapsed, State.LAPSED, REVIEWER),
    Step(State.REQUESTED, calls.ToolCallWithdrawn, State.WITHDRAWN, REVIEWER),
    Step(State.REQUESTED, approvals.ApprovalRequested, State.AWAITING_APPROVAL, REVIEWER),
    Step(State.AWAITING_APPROVAL, approvals.ApprovalEndorsed, State.AWAITING_APPROVAL, REVIEWER),
    Step(State.AWAITING_APPROVAL, approvals.ApprovalGranted, State.CLEARED, REVIEWER),
    Step(State.AWAITING_APPROVAL, approvals.ApprovalDenied, State.DENIED, REVIEWER),
    Step(State.AWAITING_APPROVAL, approvals.ApprovalExpired, State.EXPIRED, REVIEWER),
    Step(State.AWAITING_APPROVAL, approvals.ApprovalWithdrawn, State.WITHDRAWN, REVIEWER),
    Step(State.CLEARED, calls.ToolCallStarted, State.RUNNING, DRIVER),
    Step(State.CLEARED, calls.ToolCallRejected, State.REJECTED, DRIVER),
    Step(State.CLEARED, calls.ToolCallLapsed, State.LAPSED, REVIEWER),
    Step(State.CLEARED, calls.ToolCallWithdrawn, State.WITHDRAWN, REVIEWER),
    Step(State.RUNNING, calls.InterruptSent, State.RUNNING, DRIVER),
    Step(State.RUNNING, calls.ToolCallCompleted, State.COMPLETED, DRIVER),
    Step(State.RUNNING, calls.ToolCallFailed, State.FAILED, DRIVER),
    Step(State.RUNNING, calls.ToolCallCancelled, State.CANCELLED, DRIVER),
    Step(State.RUNNING, calls.ToolCallOutcomeUnknown, State.UNKNOWN, DRIVER),
)

NEXT: Final = {(step.state, step.event): step.after for step in LIFECYCLE}
FINAL: Final = frozenset(State) - {step.state for step in LIFECYCLE}
ENDINGS: Final = tuple(dict.fromkeys(step.event for step in LIFECYCLE if step.after in FINAL))
"""The events that end a call, and so let the next one of its session be reviewed."""

BYSTANDERS: Final = (calls.ToolCallRequested, calls.ToolCallServed, calls.InterruptSent)
"""Facts that no decision about another call of the session rests on."""


def publishers() -> dict[type[SessionEvent], frozenset[str]]:
    """Return who may publish each event of a call."""
    return {
        event: frozenset(step.publisher for step in LIFECYCLE if step.event is event)
        for event in dict.fromkeys(step.event for step in LIFECYCLE)
    }
