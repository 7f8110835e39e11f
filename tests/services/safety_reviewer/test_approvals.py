import pytest

from events.calls import ToolCallLapsed, ToolCallWithdrawn
from services.contract.approval import Decide
from services.safety_reviewer.approvals import Hearing, answered, overdue, withdrawn
from services.safety_reviewer.approvals import asked as asked_call
from tests.support.facts import (
    IN_A_MINUTE,
    SECOND,
    asked,
    cleared,
    completed,
    denied,
    expired,
    granted,
    question_withdrawn,
    requested,
    started,
)
from tests.support.given import NOW, Given

pytestmark = pytest.mark.pure

WAITING = (requested(), asked())
LAPSED = ToolCallLapsed(session_id="s1", call_id="c1", reason="nobody reviewed it in time")


def answer(verdict, now=NOW, reason=""):
    given_by = Decide(approval_id="ap-c1", verdict=verdict, by="bob", reason=reason)
    hearing = Hearing(now, {"review": "authenticated"}, {})
    return lambda state: answered(state.calls.open["c1"], given_by, hearing)


def time_alone(now):
    return lambda state: overdue(state.calls.open["c1"], now)


def take_back(state):
    return withdrawn(state.calls.open["c1"], "ann")


def test_a_grant_holds_the_digest_that_was_asked_about_for_thirty_seconds():
    Given(*WAITING).when(answer("grant")).then(granted())


def test_a_denial_says_who_and_why():
    Given(*WAITING).when(answer("deny", reason="not on a Friday")).then(
        denied(reason="not on a Friday")
    )


@pytest.mark.parametrize("verdict", ["grant", "deny"])
def test_an_answer_after_the_end_is_none(verdict):
    Given(*WAITING).when(answer(verdict, IN_A_MINUTE + SECOND)).then(expired())


def test_an_answer_at_the_last_moment_counts():
    at_last = IN_A_MINUTE
    Given(*WAITING).when(answer("grant", at_last)).then(granted(valid_until=at_last + 30 * SECOND))


def test_silence_is_expiry_and_never_consent():
    Given(*WAITING).when(time_alone(IN_A_MINUTE + SECOND)).then(expired())


def test_a_request_that_nobody_judged_lapses_at_its_deadline():
    Given(requested()).when(time_alone(NOW + 601 * SECOND)).then(LAPSED)


@pytest.mark.parametrize("cleared_by", [(cleared(),), (asked(), granted())])
def test_a_clearance_that_nobody_used_lapses_after_some_grace(cleared_by):
    late = NOW + 36 * SECOND
    event = Given(requested(), *cleared_by).when(time_alone(late)).event
    assert event == ToolCallLapsed(
        session_id="s1", call_id="c1", reason="cleared, but not started in time"
    )


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ((requested(),), NOW + 600 * SECOND),
        (WAITING, IN_A_MINUTE),
        ((requested(), cleared()), NOW + 35 * SECOND),
        ((requested(), cleared(), started()), NOW + 9000 * SECOND),
    ],
    ids=["requested", "asked", "cleared", "running"],
)
def test_time_changes_nothing_before_its_time(before, now):
    Given(*before).when(time_alone(now)).then()


def test_a_question_is_withdrawn_with_its_call():
    Given(*WAITING).when(take_back).then(question_withdrawn())


@pytest.mark.parametrize("before", [(requested(),), (requested(), cleared())])
def test_a_call_is_withdrawn_before_it_starts(before):
    Given(*before).when(take_back).then(ToolCallWithdrawn(session_id="s1", call_id="c1", by="ann"))


def test_a_running_call_cannot_be_withdrawn():
    Given(requested(), cleared(), started()).when(take_back).then()


def test_an_open_question_is_found_by_its_id():
    calls = Given(*WAITING, requested("c2")).state.calls
    assert asked_call(calls, "ap-c1") == calls.open["c1"]
    assert asked_call(calls, "") is None


@pytest.mark.parametrize("after", [granted(), denied(), expired(), question_withdrawn()])
def test_a_question_is_answered_once(after):
    assert asked_call(Given(*WAITING, after).state.calls, "ap-c1") is None


def test_a_call_that_ended_has_no_question():
    ended = Given(*WAITING, granted(), started(), completed())
    assert asked_call(ended.state.calls, "ap-c1") is None
