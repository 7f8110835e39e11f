"""What a model is told to do next."""

import pytest

from events.approvals import ApprovalWithdrawn
from events.calls import ToolCallFailed, ToolCallRefused
from events.lifecycle import State
from events.review import Context, Decision, Finding
from services.mcp_front.hints import hint_of
from services.mcp_front.statuses import status_of
from services.mcp_front.views import CallView, Outcome

pytestmark = pytest.mark.pure
DECISION = Decision(
    tier="blocked",
    summary="The session has ended.",
    findings=(Finding(rule="rm-root", text="deletes everything"),),
    policy_version="p",
    engine="e",
)


def hint(
    state: State,
    *,
    tool: str = "run_command",
    approval_id: str = "",
    outcome: Outcome | None = None,
) -> str:
    call = CallView(
        call_id="c1",
        session_id="s1",
        tool=tool,
        state=state,
        approval_id=approval_id,
        decision=DECISION,
        outcome=outcome,
    )
    return hint_of(call, status_of(call))


def test_a_pending_approval_says_who_approves_and_how() -> None:
    assert hint(State.AWAITING_APPROVAL, approval_id="ap_1") == (
        "Waiting for a human. Nothing has run. Tell the user to approve it with: eim approve "
        "ap_1. Then call wait_command(command_id=c1). Do not send it again."
    )


def test_a_denial_forbids_to_rephrase() -> None:
    said = "The user refused this. Nothing has run. Do not retry or rephrase it; "
    assert hint(State.DENIED).startswith(said)


def test_silence_is_told_apart_from_a_refusal_and_from_a_missed_deadline() -> None:
    assert hint(State.EXPIRED, approval_id="ap_1").startswith("Nobody answered in time.")
    assert hint(State.LAPSED).startswith("It could not be started in time.")
    assert hint(State.LAPSED, approval_id="ap_1").startswith("It could not be started in time.")


def test_a_question_that_its_session_did_not_outlive_is_told_apart_from_one_taken_back() -> None:
    def withdrawn(by: str) -> str:
        event = ApprovalWithdrawn(call_id="c1", session_id="s1", approval_id="ap_1", by=by)
        return hint(State.WITHDRAWN, outcome=event)

    assert withdrawn("ann").startswith("It was taken back")
    assert withdrawn("safety_reviewer").startswith("The session ended before anybody answered.")


def test_what_no_policy_forbade_is_not_put_on_the_policy() -> None:
    gone = ToolCallRefused(
        call_id="c1",
        session_id="s1",
        code="session_closed",
        decision=DECISION,
        context=Context(session_id="s1"),
    )
    said = hint(State.REFUSED, outcome=gone)
    assert said.startswith("The session has ended. Nothing has run. Look with list_sessions")


@pytest.mark.parametrize(
    ("tool", "code", "next_step"),
    [
        ("open_session", "no_such_directory", "No session was opened. Give as cwd the full path"),
        ("open_session", "no_such_shell", "No session was opened. Give the full path of a shell"),
        ("open_session", "too_many_sessions", "No session was opened. list_sessions shows which"),
        ("open_session", "terminal_failed", "No session was opened. The reason says what to"),
        ("adopt_session", "no_such_target", 'The terminal was left alone. list_sessions(state="'),
        ("close_session", "session_busy", "The session was not closed. list_sessions shows what"),
        ("send_keys", "context_changed", "Nothing was typed. Look with read_screen"),
        ("run_command", "not_started", "Nothing has run. You may ask for it again."),
        ("run_command", "write_stalled", "Only a part of it was typed."),
        ("run_command", "timed_out", "It was told to stop and still runs."),
        ("run_command", "terminal_failed", "It started and could not be carried out to its end."),
    ],
)
def test_a_failure_says_what_would_help(tool: str, code: str, next_step: str) -> None:
    failed = ToolCallFailed(call_id="c1", session_id="s1", code=code, reason="why")
    assert hint(State.FAILED, tool=tool, outcome=failed).startswith(next_step)


def test_a_blocked_call_names_the_rules_and_that_nobody_can_approve_it() -> None:
    said = hint(State.REFUSED)
    assert "(rm-root: deletes everything)" in said
    assert "It cannot be approved." in said


@pytest.mark.parametrize(
    ("tool", "nothing"),
    [
        ("run_command", "Nothing has run."),
        ("send_keys", "Nothing was typed."),
        ("open_session", "No session was opened."),
        ("close_session", "The session was not closed."),
    ],
)
def test_each_tool_says_what_did_not_happen(tool: str, nothing: str) -> None:
    assert nothing in hint(State.WITHDRAWN, tool=tool)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("read_only", "mode read-only. Nothing has run. It cannot be approved."),
        ("unattended", "mode unattended. Nothing has run."),
        ("too_many_approvals", "decide about those first (eim approvals)"),
        ("blocked", "Blocked by the policy (rm-root: deletes everything)."),
        ("stale_epoch", "The session has ended. Nothing has run. Look with list_sessions"),
    ],
)
def test_a_refusal_says_by_its_code_what_to_do(code: str, told: str) -> None:
    refused = ToolCallRefused(
        session_id="s1", call_id="c1", code=code, decision=DECISION, context=Context(session_id="s")
    )
    assert told in hint(State.REFUSED, outcome=refused)
