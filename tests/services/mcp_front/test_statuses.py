"""How a call stands, in one word."""

from typing import get_args

import pytest

from events.approvals import ApprovalDenied, ApprovalExpired, ApprovalWithdrawn
from events.calls import (
    Completion,
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
from events.review import Context, Decision
from services.mcp_front.answers import ERRORS, Status
from services.mcp_front.hints import HINTS
from services.mcp_front.statuses import OUTCOMES, STATES, status_of
from services.mcp_front.views import CallView, Outcome

pytestmark = pytest.mark.pure
SEEN = Completion(source="osc133", confirmed=True)
DECISION = Decision(tier="blocked", summary="", policy_version="p", engine="e")
IDS = {"call_id": "c1", "session_id": "s1"}


def call(state: State, outcome: Outcome | None = None, *, awaiting_input: bool = False) -> CallView:
    return CallView(
        **IDS, tool="run_command", state=state, outcome=outcome, awaiting_input=awaiting_input
    )


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (ToolCallCompleted(**IDS, completion=SEEN), "completed"),
        (ToolCallCompleted(**IDS, completion=SEEN, status="interrupted"), "interrupted"),
        (ToolCallCompleted(**IDS, completion=SEEN, status="timed_out"), "timed_out"),
        (ToolCallCompleted(**IDS, completion=SEEN, status="declined"), "denied"),
        (ToolCallFailed(**IDS, code="x", reason="y"), "failed"),
        (ToolCallFailed(**IDS, code="session_lost", reason="y"), "session_lost"),
        (ToolCallCancelled(**IDS, by="ann"), "interrupted"),
        (ToolCallOutcomeUnknown(**IDS, reason="y"), "unknown"),
        (ToolCallRejected(**IDS, code="x", reason="y"), "rejected"),
        (ToolCallLapsed(**IDS, reason="y"), "expired"),
        (ToolCallWithdrawn(**IDS, by="ann"), "withdrawn"),
        (
            ToolCallRefused(**IDS, code="x", decision=DECISION, context=Context(session_id="s1")),
            "blocked",
        ),
        (ApprovalDenied(**IDS, approval_id="a", by="ann"), "denied"),
        (ApprovalExpired(**IDS, approval_id="a"), "expired"),
        (ApprovalWithdrawn(**IDS, approval_id="a", by="ann"), "withdrawn"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_an_outcome_has_its_own_word(outcome: Outcome, status: Status) -> None:
    assert status_of(call(State.RUNNING, outcome)) == status


@pytest.mark.parametrize(
    ("state", "awaiting_input", "status"),
    [
        (State.REQUESTED, False, "queued"),
        (State.AWAITING_APPROVAL, False, "awaiting_approval"),
        (State.CLEARED, False, "queued"),
        (State.RUNNING, False, "running"),
        (State.RUNNING, True, "awaiting_input"),
        (State.REQUESTED, True, "queued"),
        (State.EXPIRED, False, "expired"),
    ],
)
def test_without_an_outcome_the_state_counts(
    state: State, awaiting_input: bool, status: Status
) -> None:
    assert status_of(call(state, awaiting_input=awaiting_input)) == status


def test_every_state_outcome_and_status_has_its_word_and_its_hint() -> None:
    assert set(STATES) == set(State)
    assert set(OUTCOMES) == set(get_args(Outcome.__value__))
    assert set(HINTS) == set(get_args(Status.__value__))


def test_waiting_for_a_person_is_no_error_and_a_refusal_is() -> None:
    waiting = {"awaiting_approval", "running", "queued", "awaiting_input"}
    assert waiting & ERRORS == set()
    assert {"denied", "expired", "blocked", "unknown"} <= ERRORS


def test_a_request_for_a_person_waits_for_one_and_not_for_a_program() -> None:
    asked = CallView(**IDS, tool="request_handoff", state=State.RUNNING)
    assert (status_of(asked), "awaiting_person" in ERRORS) == ("awaiting_person", False)
