import pytest
from msgspec.structs import replace

from events.actions import OpenSession, RequestHandoff, RunCommand, SendText
from events.sessions import ControlTaken
from projections.history import Entry
from services.mcp_front.admission import (
    checked,
    room_for_session,
    same_call,
    session_for,
    session_on_screen,
    within_rate,
)
from services.mcp_front.ports import Caller, Submission
from services.mcp_front.refusals import Refusal
from tests.support.facts import CLOSED, OPENED, SECOND, cleared, completed, requested, started
from tests.support.given import NOW, fold

pytestmark = pytest.mark.pure

ANN, BOB = Caller(principal="ann"), Caller(principal="bob")
LS = RunCommand(command="ls")
RUNNING = (OPENED, requested("c1", LS), cleared("c1"), started("c1"))
PRINT = "print of c1"


def refusal(decide, *arguments):
    with pytest.raises(Refusal) as refused:
        decide(*arguments)
    return refused.value


def admit(state, caller=ANN, action=LS, **options):
    checked(state, caller, ("s1", action, PRINT), Submission(**options))


def test_the_owner_may_use_an_open_session():
    admit(fold(OPENED))


def test_a_foreign_session_and_one_that_never_was_look_the_same():
    foreign = refusal(session_for, fold(OPENED), BOB, "s1")
    unknown = refusal(session_for, fold(), BOB, "s1")
    assert (foreign.code, foreign.message) == (unknown.code, unknown.message)
    assert foreign.code == "unknown_session"


def test_a_session_that_ended_takes_no_call():
    assert refusal(admit, fold(OPENED, CLOSED)).code == "session_closed"


def test_while_a_person_has_control_only_a_request_for_one_is_taken():
    taken = ControlTaken(session_id="s1", by="cli:ann", how="take")
    refused = refusal(admit, fold(OPENED, taken))
    assert (refused.code, "eim return s1" in refused.next_step) == ("control_with_person", True)
    assert refusal(admit, fold(OPENED, taken), BOB).code == "unknown_session"
    admit(fold(OPENED, taken), action=RequestHandoff(reason="a password"))


def test_a_call_for_an_earlier_terminal_is_refused():
    state = fold(OPENED, CLOSED, replace(OPENED, epoch="e2"))
    refused = refusal(session_for, state, ANN, "s1", "e1")
    assert refused.code == "stale_epoch"
    assert session_for(state, ANN, "s1", "e2").epoch == "e2"


def test_a_command_that_is_on_its_way_is_not_taken_again():
    refused = refusal(admit, fold(*RUNNING))
    assert (refused.code, refused.valid) == ("already_running", ("c1",))
    assert "c1" in refused.next_step


@pytest.mark.parametrize(
    ("state", "action", "options"),
    [
        (RUNNING, LS, {"request_id": "r2"}),
        (RUNNING, SendText(text="ls"), {}),
        ((*RUNNING, completed("c1")), LS, {}),
    ],
    ids=["a key of its own", "input", "the first has ended"],
)
def test_the_same_words_may_be_another_call(state, action, options):
    admit(fold(*state), action=action, **options)


def test_somebody_else_may_run_the_same():
    theirs = replace(requested("c1", LS), principal="bob")
    admit(fold(OPENED, theirs))


def test_a_new_session_needs_no_session():
    checked(fold(), ANN, ("s9", OpenSession(), "p"), Submission())


def test_a_repeat_with_the_same_arguments_is_the_same_call():
    same_call(fold(requested()).calls.open["c1"], PRINT)


def test_a_repeat_with_other_arguments_is_a_conflict():
    entry = Entry(
        call_id="c1", session_id="s1", principal="ann", tool="x", fingerprint=PRINT, requested=1
    )
    refused = refusal(same_call, entry, "another print")
    assert refused.code == "idempotency_conflict"
    assert "'c1'" in refused.message


def room(state, action, limit):
    room_for_session(state, action, "mac1", limit)


def test_sessions_are_limited():
    two = fold(OPENED, replace(OPENED, session_id="s2"))
    room(two, OpenSession(), 3)
    refused = refusal(room, two, OpenSession(), 2)
    assert (refused.code, refused.valid) == ("too_many_requests", ("at most 2 sessions",))
    assert "performance.maxSessions" in refused.message


def test_a_session_that_is_being_opened_takes_its_room_and_only_once():
    opening = replace(requested("c1", OpenSession()), session_id="s2")
    state = fold(OPENED, opening)
    assert refusal(room, state, OpenSession(), 2).code == "too_many_requests"
    room(fold(OPENED, opening, replace(OPENED, session_id="s2")), OpenSession(), 3)


def test_sessions_of_another_node_take_no_room():
    room_for_session(fold(OPENED), OpenSession(), "mac2", 1)


def test_only_a_new_session_needs_room():
    room(fold(OPENED), LS, 0)


def test_a_screen_that_is_gone_is_refused_with_where_its_last_one_is():
    state = fold(OPENED, CLOSED)
    refused = refusal(session_on_screen, state, ANN, "s1")
    assert (refused.code, refused.message) == (
        "session_closed",
        "Session 's1' has ended (closed). It shows nothing any more.",
    )
    assert "read_screen(session_id=s1, at_seq=2)" in refused.next_step
    assert refusal(session_on_screen, state, BOB, "s1").code == "unknown_session"
    assert session_on_screen(fold(OPENED), ANN, "s1").session_id == "s1"


def test_a_session_that_was_closed_for_idleness_says_so():
    refused = refusal(admit, fold(OPENED, replace(CLOSED, reason="idle")))
    assert refused.code == "session_closed"
    assert "performance.sessionTimeout" in refused.message
    assert "open_session" in refused.next_step


def test_a_client_that_asks_too_fast_is_told_when_to_ask_again():
    state = fold(OPENED, requested("c1"), requested("c2"))
    within_rate(state, ANN, 3, NOW)
    within_rate(state, BOB, 2, NOW)
    refused = refusal(within_rate, state, ANN, 2, NOW + 30 * SECOND)
    assert (refused.code, refused.valid) == ("rate_limited", ("at most 2 a minute",))
    assert "performance.maxRequestsPerMinute" in refused.message
    assert "Wait 30 s" in refused.next_step
    within_rate(state, ANN, 2, NOW + 61 * SECOND)
