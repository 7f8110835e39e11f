"""Facts about one call of one session, as short as a test wants to read them."""

from datetime import timedelta

from msgspec.structs import replace

from events.actions import Action, RunCommand
from events.approvals import (
    ApprovalDenied,
    ApprovalExpired,
    ApprovalGranted,
    ApprovalRequested,
    ApprovalWithdrawn,
)
from events.calls import (
    Completion,
    ToolCallCleared,
    ToolCallCompleted,
    ToolCallFailed,
    ToolCallRequested,
    ToolCallStarted,
)
from events.review import Context, Decision
from events.sessions import SessionClosed, SessionOpened
from tests.support.given import NOW

SECOND = timedelta(seconds=1)
IDLE = Context(
    session_id="s1",
    epoch="e1",
    owner="ann",
    shell="/bin/bash",
    integration="full",
    prompt="idle",
    foreground="bash",
    cwd="/src",
    bracketed_paste=True,
)
SAFE = Decision(tier="safe", summary="lists files", policy_version="v1", engine="test")
RISKY = replace(SAFE, tier="review", summary="deletes files")
OPENED = SessionOpened(
    session_id="s1", epoch="e1", owner="ann", backend="pty", cols=80, rows=24, cwd="/src"
)
CLOSED = SessionClosed(session_id="s1", reason="exited", exit_status=0, last_offset=9)
IN_A_MINUTE = NOW + 60 * SECOND


def requested(
    call_id: str = "c1", action: Action | None = None, **changes: object
) -> ToolCallRequested:
    event = ToolCallRequested(
        session_id="s1",
        call_id=call_id,
        principal="ann",
        action=action or RunCommand(command="ls"),
        fingerprint=f"print of {call_id}",
        deadline=NOW + 600 * SECOND,
    )
    return replace(event, **changes)


def cleared(call_id: str = "c1", **changes: object) -> ToolCallCleared:
    event = ToolCallCleared(
        session_id="s1",
        call_id=call_id,
        decision=SAFE,
        context=IDLE,
        digest="d1",
        valid_until=NOW + 30 * SECOND,
    )
    return replace(event, **changes)


def asked(call_id: str = "c1", **changes: object) -> ApprovalRequested:
    event = ApprovalRequested(
        session_id="s1",
        call_id=call_id,
        approval_id=f"ap-{call_id}",
        decision=RISKY,
        context=IDLE,
        digest="d1",
        expires_at=IN_A_MINUTE,
    )
    return replace(event, **changes)


def granted(call_id: str = "c1", **changes: object) -> ApprovalGranted:
    event = ApprovalGranted(
        session_id="s1",
        call_id=call_id,
        approval_id=f"ap-{call_id}",
        by="bob",
        assurance="authenticated",
        digest="d1",
        valid_until=NOW + 30 * SECOND,
    )
    return replace(event, **changes)


def denied(call_id: str = "c1", reason: str = "") -> ApprovalDenied:
    return ApprovalDenied(
        session_id="s1", call_id=call_id, approval_id=f"ap-{call_id}", by="bob", reason=reason
    )


def expired(call_id: str = "c1") -> ApprovalExpired:
    return ApprovalExpired(session_id="s1", call_id=call_id, approval_id=f"ap-{call_id}")


def question_withdrawn(call_id: str = "c1") -> ApprovalWithdrawn:
    return ApprovalWithdrawn(
        session_id="s1", call_id=call_id, approval_id=f"ap-{call_id}", by="ann"
    )


def started(call_id: str = "c1") -> ToolCallStarted:
    return ToolCallStarted(session_id="s1", call_id=call_id, digest="d1", offset=0)


def completed(call_id: str = "c1") -> ToolCallCompleted:
    return ToolCallCompleted(
        session_id="s1", call_id=call_id, completion=Completion(source="osc133", confirmed=True)
    )


def failed(call_id: str = "c1") -> ToolCallFailed:
    return ToolCallFailed(session_id="s1", call_id=call_id, code="x", reason="y")
