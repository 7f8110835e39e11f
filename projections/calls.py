"""The calls that have not ended, and in which order each session takes them."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple, assert_never

from msgspec import field
from msgspec.structs import replace

from events import approvals, calls
from events.actions import (
    BEGINNINGS,
    Action,
    CloseSession,
    RequestHandoff,
    RunCommand,
    SendKeys,
    SendText,
)
from events.approvals import Assurance
from events.base import Text, Value
from events.lifecycle import FINAL, NEXT, State
from events.review import Context, Decision
from events.vocabulary import CallFact

LATE = timedelta(seconds=5)
"""From making a request to storing it; by then its caller was told that the log is away."""


class Agreement(Value):
    """A person's yes, and how sure it is that it was theirs."""

    by: str
    assurance: Assurance
    signature: str = ""


class Call(Value):
    """A call on its way. `sequence` is that of its request, `newest` that of its last event.

    `cause` is the id of that last event, which the next one answers; `trace` is the traceparent
    that its request came with. `reason` is its caller's own word. A `late` one reached the
    log when nobody counted on it any more.
    """

    call_id: str
    session_id: str
    node: str
    principal: str
    action: Action
    fingerprint: str
    epoch: str
    deadline: datetime
    sequence: int
    newest: int
    cause: str
    trace: str = ""
    reason: Text = ""
    late: bool = False
    state: State = State.REQUESTED
    decision: Decision | None = None
    context: Context | None = None
    digest: str = ""
    valid_until: datetime | None = None
    approval_id: str = ""
    expires_at: datetime | None = None
    approved: bool = False
    agreements: tuple[Agreement, ...] = ()


class Calls(Value):
    """Open calls by id, in the order in which they were requested."""

    open: dict[str, Call] = field(default_factory=dict[str, Call])

    def of(self, session_id: str) -> list[Call]:
        """Return the open calls of a session, oldest first."""
        return [call for call in self.open.values() if call.session_id == session_id]

    def ahead_of(self, call: Call) -> list[Call]:
        """Return the calls that the session takes before this one.

        Input for a running command, handing it to a person, and closing its session, wait neither
        for it nor for the commands queued behind it, only for earlier ones of their kind. Closing
        it by force waits for nothing but that it is open.
        """
        earlier = [other for other in self.of(call.session_id) if other.sequence < call.sequence]
        if _forces(call):
            return [other for other in earlier if isinstance(other.action, BEGINNINGS)]
        if _passes_commands(call) and earlier and _runs(earlier[0]):
            return [other for other in earlier if _passes_commands(other)]
        return earlier

    def due(self, session_id: str) -> list[Call]:
        """Return the calls that may be reviewed now."""
        waiting = [call for call in self.of(session_id) if call.state is State.REQUESTED]
        return [call for call in waiting if not self.ahead_of(call)]

    def due_anywhere(self) -> list[Call]:
        """Return the calls of all sessions that may be reviewed now."""
        queues: dict[str, dict[str, Call]] = {}
        for call in self.open.values():
            queues.setdefault(call.session_id, {})[call.call_id] = call
        return [
            call
            for session_id, queue in queues.items()
            for call in Calls(open=queue).due(session_id)
        ]


class Position(NamedTuple):
    """Where in the log, and on which node, a fact stands, when, and what its envelope says."""

    sequence: int
    node: str
    id: str = ""
    trace: str = ""
    delay: timedelta = timedelta()
    time: datetime = datetime.fromtimestamp(0, UTC)


def evolve(state: Calls, event: CallFact, at: Position) -> Calls:
    """Fold one fact about a call. A fact that does not fit its call changes nothing."""
    if isinstance(event, calls.ToolCallRequested):
        return _requested(state, event, at)
    call = state.open.get(event.call_id)
    after = NEXT.get((call.state, type(event))) if call else None
    if call is None or after is None:
        return state
    if after in FINAL:
        return Calls(open={k: v for k, v in state.open.items() if k != event.call_id})
    moved = replace(_learned(call, event), state=after, newest=at.sequence, cause=at.id)
    return Calls(open={**state.open, event.call_id: moved})


def _requested(state: Calls, event: calls.ToolCallRequested, at: Position) -> Calls:
    if event.call_id in state.open:
        return state
    call = Call(
        call_id=event.call_id,
        session_id=event.session_id,
        node=at.node,
        principal=event.principal,
        action=event.action,
        fingerprint=event.fingerprint,
        epoch=event.epoch,
        deadline=event.deadline,
        sequence=at.sequence,
        newest=at.sequence,
        cause=at.id,
        trace=at.trace,
        reason=event.reason,
        late=at.delay > LATE,
    )
    return Calls(open={**state.open, event.call_id: call})


def _learned(call: Call, event: CallFact) -> Call:
    match event:
        case calls.ToolCallCleared():
            return replace(_judged(call, event), valid_until=event.valid_until)
        case approvals.ApprovalRequested():
            judged = _judged(call, event)
            return replace(judged, approval_id=event.approval_id, expires_at=event.expires_at)
        case approvals.ApprovalEndorsed():
            return _agreed(call, event)
        case approvals.ApprovalGranted():
            agreed = _agreed(call, event)
            return replace(agreed, valid_until=event.valid_until, approved=True)
        case (
            calls.ToolCallRequested()
            | calls.ToolCallRefused()
            | calls.ToolCallLapsed()
            | calls.ToolCallWithdrawn()
            | calls.ToolCallStarted()
            | calls.ToolCallRejected()
            | calls.ToolCallCompleted()
            | calls.ToolCallFailed()
            | calls.ToolCallCancelled()
            | calls.ToolCallOutcomeUnknown()
            | calls.InterruptSent()
            | approvals.ApprovalDenied()
            | approvals.ApprovalExpired()
            | approvals.ApprovalWithdrawn()
        ):
            return call
        case _:
            assert_never(event)


def _judged(call: Call, event: calls.ToolCallCleared | approvals.ApprovalRequested) -> Call:
    return replace(call, decision=event.decision, context=event.context, digest=event.digest)


def _agreed(call: Call, event: approvals.ApprovalEndorsed | approvals.ApprovalGranted) -> Call:
    given = Agreement(by=event.by, assurance=event.assurance, signature=event.signature)
    return replace(call, agreements=(*call.agreements, given))


def _passes_commands(call: Call) -> bool:
    return isinstance(call.action, SendText | SendKeys | CloseSession | RequestHandoff)


def _forces(call: Call) -> bool:
    return isinstance(call.action, CloseSession) and call.action.mode == "force"


def _runs(call: Call) -> bool:
    return call.state is State.RUNNING and isinstance(call.action, RunCommand)
