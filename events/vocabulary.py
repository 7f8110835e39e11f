"""All events, closed: a match over one of these unions that forgets an event is a type error."""

from typing import Final

from events import approvals, approvers, calls, nodes, operations, policy, sessions
from events.base import SessionEvent

type CallFact = (
    calls.ToolCallRequested
    | calls.ToolCallCleared
    | calls.ToolCallRefused
    | calls.ToolCallLapsed
    | calls.ToolCallWithdrawn
    | calls.ToolCallStarted
    | calls.ToolCallRejected
    | calls.ToolCallCompleted
    | calls.ToolCallFailed
    | calls.ToolCallCancelled
    | calls.ToolCallOutcomeUnknown
    | calls.InterruptSent
    | approvals.ApprovalRequested
    | approvals.ApprovalEndorsed
    | approvals.ApprovalGranted
    | approvals.ApprovalDenied
    | approvals.ApprovalExpired
    | approvals.ApprovalWithdrawn
)
type SessionFact = (
    sessions.SessionOpened
    | sessions.SessionResized
    | sessions.SessionClosed
    | sessions.SessionLost
    | sessions.RecordingGapped
    | sessions.ControlTaken
    | sessions.ControlReturned
)
type SystemFact = (
    calls.ToolCallServed
    | policy.PolicyLayerLoaded
    | approvers.ApproverEnrolled
    | approvers.ApproverRevoked
    | nodes.NodeStarted
    | nodes.NodeStopped
    | operations.LogRestored
    | operations.HandlingFailed
)
type AnyEvent = CallFact | SessionFact | SystemFact

ALL: Final[tuple[type[SessionEvent], ...]] = tuple(
    member for union in (CallFact, SessionFact, SystemFact) for member in union.__value__.__args__
)
"""Every event class, in the order of the unions."""
