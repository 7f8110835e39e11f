import pytest
from msgspec.structs import replace

from events.actions import (
    CloseSession,
    OpenSession,
    RequestHandoff,
    RunCommand,
    SendKeys,
    SendText,
)
from events.calls import ToolCallRefused, ToolCallRejected, ToolCallWithdrawn
from events.lifecycle import LIFECYCLE, NEXT, State
from projections import terminals
from projections.calls import Call, Calls
from tests.support.facts import (
    IDLE,
    IN_A_MINUTE,
    NOW,
    RISKY,
    SAFE,
    SECOND,
    asked,
    cleared,
    completed,
    denied,
    expired,
    failed,
    granted,
    requested,
    started,
)
from tests.support.given import fold, history

pytestmark = pytest.mark.pure

RUN = RunCommand(command="python3")
RUNNING = (requested("c1", RUN), cleared("c1"), started("c1"))
WITHDRAWN = ToolCallWithdrawn(session_id="s1", call_id="c1", by="ann")


def due(*events, session="s1"):
    return [call.call_id for call in fold(*events).calls.due(session)]


def ahead(call_id, *events):
    calls = fold(*events).calls
    return [call.call_id for call in calls.ahead_of(calls.open[call_id])]


def test_a_request_is_an_open_call():
    assert fold(requested()).calls.open == {
        "c1": Call(
            call_id="c1",
            session_id="s1",
            node="mac1",
            principal="ann",
            action=RunCommand(command="ls"),
            fingerprint="print of c1",
            epoch="",
            deadline=NOW + 600 * SECOND,
            sequence=1,
            newest=1,
            cause="e1",
        )
    }


@pytest.mark.parametrize(("seconds", "late"), [(0, False), (5, False), (6, True)])
def test_a_request_that_reached_the_log_when_its_caller_had_given_up_is_late(seconds, late):
    [found] = history(requested())
    stored = replace(found, stored_at=found.envelope.time + seconds * SECOND)
    assert terminals.evolve(terminals.initial, stored).calls.open["c1"].late == late


def test_a_clearance_is_remembered_until_the_start():
    call = fold(requested(), cleared()).calls.open["c1"]
    assert (call.state, call.newest, call.approved) == (State.CLEARED, 2, False)
    assert (call.decision, call.context, call.digest) == (SAFE, IDLE, "d1")


def test_a_question_is_remembered_until_its_answer():
    call = fold(requested(), asked()).calls.open["c1"]
    assert (call.state, call.approval_id) == (State.AWAITING_APPROVAL, "ap-c1")
    assert (call.decision, call.expires_at, call.valid_until) == (RISKY, IN_A_MINUTE, None)


def test_a_grant_keeps_the_digest_that_was_asked_about():
    call = fold(requested(), asked(), granted(digest="another")).calls.open["c1"]
    assert (call.state, call.approved, call.digest) == (State.CLEARED, True, "d1")
    assert call.valid_until == NOW + 30 * SECOND


@pytest.mark.parametrize(
    "events",
    [
        (cleared(), started(), completed()),
        (cleared(), started(), failed()),
        (asked(), denied()),
        (asked(), expired()),
        (WITHDRAWN,),
        (ToolCallRefused(session_id="s1", call_id="c1", code="x", decision=SAFE, context=IDLE),),
        (cleared(), ToolCallRejected(session_id="s1", call_id="c1", code="x", reason="y")),
    ],
)
def test_a_call_that_ended_leaves_memory(events):
    assert fold(requested(), *events).calls == Calls()


def test_a_request_that_is_repeated_while_open_stays_the_first():
    repeated = requested("c1", RUN)
    assert fold(requested(), repeated).calls == fold(requested()).calls


@pytest.mark.parametrize("event", [granted(), started(), completed(), denied(), expired()])
def test_an_event_that_does_not_fit_its_call_changes_nothing(event):
    assert fold(requested(), event).calls == fold(requested()).calls


@pytest.mark.parametrize("event", [cleared(), asked(), granted(), started(), completed()])
def test_an_event_of_an_unknown_call_changes_nothing(event):
    assert fold(event).calls == Calls()


def test_two_starts_are_one():
    assert fold(*RUNNING, started("c1")).calls == fold(*RUNNING).calls


def test_every_step_of_the_table_is_taken():
    assert len(NEXT) == len(LIFECYCLE) == 20


def test_the_oldest_call_of_a_session_is_due_first():
    assert due(requested("c1"), requested("c2")) == ["c1"]


def test_sessions_do_not_wait_for_each_other():
    other = requested("c2", session_id="s2")
    assert due(requested("c1"), other) == ["c1"]
    assert due(requested("c1"), other, session="s2") == ["c2"]


@pytest.mark.parametrize(
    "first", [(asked(),), (cleared(),), (asked(), granted()), (cleared(), started())]
)
def test_a_command_waits_while_the_one_before_it_is_on_its_way(first):
    assert due(requested("c1"), requested("c2"), *first) == []
    assert ahead("c2", requested("c1"), requested("c2"), *first) == ["c1"]


@pytest.mark.parametrize("end", [(asked(), denied()), (cleared(), started(), completed())])
def test_a_command_moves_up_when_the_one_before_it_ends(end):
    assert due(requested("c1"), requested("c2"), requested("c3"), *end) == ["c2"]


def test_three_commands_keep_their_order_whatever_happens_to_the_first():
    before = (requested("c1"), requested("c2"), requested("c3"), asked("c1"))
    assert ahead("c3", *before) == ["c1", "c2"]
    assert due(*before, denied("c1"), cleared("c2"), started("c2"), completed("c2")) == ["c3"]


@pytest.mark.parametrize(
    "action",
    [SendText(text="1+1"), SendKeys(keys=("enter",)), RequestHandoff(reason="a password")],
)
def test_input_reaches_a_command_that_runs(action):
    assert due(*RUNNING, requested("c2", action)) == ["c2"]


def test_a_running_command_can_be_closed():
    assert due(*RUNNING, requested("c2", CloseSession(mode="force"))) == ["c2"]


@pytest.mark.parametrize("action", [SendText(text="y"), CloseSession(), RunCommand(command="ls")])
@pytest.mark.parametrize("state", [(), (asked(),), (cleared(),)])
def test_nothing_passes_a_command_that_does_not_run_yet(action, state):
    assert due(requested("c1", RUN), *state, requested("c2", action)) in ([], ["c1"])


@pytest.mark.parametrize("state", [(), (asked(),), (cleared(),), (cleared(), started())])
def test_an_end_by_force_waits_for_no_command_whatever_its_state(state):
    force = CloseSession(mode="force")
    before = (requested("c1", RUN), *state, requested("c2"), requested("c3", CloseSession()))
    assert "c4" in due(*before, requested("c4", force))


def test_an_end_by_force_waits_until_there_is_something_to_end():
    force = CloseSession(mode="force")
    assert due(requested("c1", OpenSession()), requested("c2", force)) == ["c1"]


def test_commands_stay_behind_an_end_by_force():
    assert due(requested("c1", CloseSession(mode="force")), requested("c2")) == ["c1"]


def test_input_does_not_pass_other_input():
    text = SendText(text="a")
    assert due(*RUNNING, requested("c2", text), requested("c3", text)) == ["c2"]


def test_the_queue_is_that_of_the_log_not_of_the_memory():
    calls = fold(requested("c1"), requested("c2")).calls
    backwards = Calls(open=dict(reversed(calls.open.items())))
    assert [call.call_id for call in backwards.due("s1")] == ["c1"]
