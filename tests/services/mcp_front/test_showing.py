import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from events.calls import Output
from events.lifecycle import ENDINGS, FINAL, State
from projections.history import Entry
from services.contract.terminal import Progress
from services.mcp_front import showing
from services.mcp_front.views import CallView, Judgement, SessionView
from tests.support.facts import (
    NOW,
    OPENED,
    SAFE,
    SECOND,
    asked,
    cleared,
    completed,
    denied,
    requested,
    started,
)
from tests.support.given import fold, recorded
from tests.support.strategies import struct

pytestmark = pytest.mark.pure

PRINTED = Output(first_offset=40, end_offset=42, total_bytes=2, head="hi")
ENTRY = Entry(
    call_id="c1", session_id="s1", principal="ann", tool="run_command", fingerprint="", requested=2
)


NOTHING = Progress()


def shown(*events, progress=NOTHING, now=NOW, call_id="c1"):
    state = fold(OPENED, *events)
    return showing.open_call(state.calls.open[call_id], state, progress, now)


def test_a_running_call_is_shown_with_what_it_printed_so_far():
    progress = Progress(call_id="c1", output=PRINTED, awaiting_input=True)
    assert shown(requested(), cleared(), started(), progress=progress) == CallView(
        call_id="c1",
        session_id="s1",
        epoch="e1",
        tool="run_command",
        state=State.RUNNING,
        seq=4,
        decision=SAFE,
        output=PRINTED,
        cursor="40:0",
        awaiting_input=True,
    )


def test_a_question_is_shown_with_its_end():
    view = shown(requested(), asked())
    assert (view.state, view.approval_id) == (State.AWAITING_APPROVAL, "ap-c1")
    assert view.expires_at == NOW + 60 * SECOND


def test_a_waiting_call_knows_how_many_come_first():
    assert shown(requested("c1"), requested("c2"), requested("c3"), call_id="c3").queued_behind == 2


def test_a_call_that_nobody_reviewed_is_shown_as_expired():
    assert shown(requested(), now=NOW + 600 * SECOND).state is State.REQUESTED
    assert shown(requested(), now=NOW + 601 * SECOND).state is State.EXPIRED


def test_a_call_that_was_reviewed_does_not_expire_by_its_deadline():
    late = NOW + 601 * SECOND
    assert shown(requested(), asked(), now=late).state is State.AWAITING_APPROVAL


def test_an_ended_call_is_shown_with_its_outcome():
    event = replace(completed(), output=PRINTED)
    assert showing.ended_call(ENTRY, recorded(event, 9), fold(OPENED)) == CallView(
        call_id="c1",
        session_id="s1",
        epoch="e1",
        tool="run_command",
        state=State.COMPLETED,
        seq=9,
        outcome=event,
        output=PRINTED,
        cursor="40:0",
    )


def test_an_ended_call_keeps_what_was_said_of_it():
    said = Judgement(decision=SAFE, approval_id="ap-c1")
    view = showing.ended_call(ENTRY, recorded(completed(), 9), fold(), said)
    assert (view.decision, view.approval_id) == (SAFE, "ap-c1")


def test_an_outcome_without_output_is_shown_without():
    view = showing.ended_call(ENTRY, recorded(denied(), 9), fold())
    assert (view.state, view.output, view.cursor, view.epoch) == (State.DENIED, Output(), "", "")


def test_what_ends_no_call_is_no_outcome():
    with pytest.raises(TypeError, match="ToolCallStarted ends no call"):
        showing.ended_call(ENTRY, recorded(started(), 9), fold())


@given(st.sampled_from(ENDINGS).flatmap(struct))
def test_every_ending_can_be_shown(event):
    view = showing.ended_call(ENTRY, recorded(replace(event, session_id="s1"), 9), fold())
    assert (type(view.outcome), view.state in FINAL) == (type(event), True)


def test_a_session_is_shown_with_what_runs_in_it():
    state = fold(OPENED, requested("c1"), cleared("c1"), started("c1"), requested("c2"))
    assert showing.session(state.sessions.known["s1"], state) == SessionView(
        session_id="s1",
        epoch="e1",
        owner="ann",
        cwd="/src",
        cols=80,
        rows=24,
        control="agent",
        running_command_id="c1",
        queued=2,
        last_seq=5,
    )


def test_an_idle_session_is_free():
    state = fold(OPENED)
    view = showing.session(state.sessions.known["s1"], state)
    assert (view.control, view.running_command_id, view.queued) == ("free", "", 0)
