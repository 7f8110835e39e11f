import pytest
from hypothesis import given as property_of
from msgspec.structs import replace

from events.actions import OpenSession, RunCommand, SendText
from events.calls import ToolCallLapsed, ToolCallRefused
from events.lifecycle import NEXT, State
from events.review import Context
from services.contract.terminal import context_before
from services.policy.builtin import builtin_layer
from services.policy.digest import clearance_digest
from services.policy.review import review
from services.policy.rules import load_rules
from services.safety_reviewer.verdicts import Bench, Case, gone, verdict
from tests.support.facts import IDLE, SECOND, asked, cleared, requested
from tests.support.given import NOW, Given, fold
from tests.support.strategies import struct

pytestmark = pytest.mark.pure


def judged(bench, context=IDLE, now=NOW):
    return lambda state: verdict(Case(state.calls.open["c1"], context, now, "ap-c1"), bench)


def digest(bench, action, context=IDLE):
    return clearance_digest(bench.key, action, context, bench.rules.version)


def test_a_safe_command_is_cleared_for_thirty_seconds(bench):
    action = RunCommand(command="ls")
    Given(requested(action=action)).when(judged(bench)).then(
        cleared(
            decision=review(IDLE, action, bench.rules),
            digest=digest(bench, action),
            valid_until=NOW + 30 * SECOND,
        )
    )


def test_a_person_is_asked_about_what_is_not_known_to_be_harmless(bench):
    action = RunCommand(command="rm -r build")
    Given(requested(action=action)).when(judged(bench)).then(
        asked(decision=review(IDLE, action, bench.rules), digest=digest(bench, action))
    )


def test_a_question_ends_with_the_deadline_of_its_call(bench):
    soon = NOW + 10 * SECOND
    action = RunCommand(command="rm -r build")
    decided = Given(requested(action=action, deadline=soon)).when(judged(bench))
    assert decided.event.expires_at == soon


def test_what_is_blocked_is_refused_with_its_reasons(bench):
    action = SendText(text="\x1b]52;c;AAAA\x07")
    Given(requested(action=action)).when(judged(bench)).then(
        ToolCallRefused(
            session_id="s1",
            call_id="c1",
            code="blocked",
            decision=review(IDLE, action, bench.rules),
            context=IDLE,
        )
    )


def test_a_call_past_its_deadline_lapses(bench):
    late = NOW + 601 * SECOND
    Given(requested()).when(judged(bench, now=late)).then(
        ToolCallLapsed(session_id="s1", call_id="c1", reason="nobody reviewed it in time")
    )


def test_a_call_that_reached_the_log_when_its_caller_had_given_up_lapses(bench):
    call = replace(fold(requested()).calls.open["c1"], late=True)
    lapsed = verdict(Case(call, IDLE, NOW, "ap-c1"), bench)
    assert (type(lapsed), "too late" in lapsed.reason) == (ToolCallLapsed, True)


def test_a_call_at_its_deadline_is_still_judged(bench):
    decided = Given(requested()).when(judged(bench, now=NOW + 600 * SECOND))
    assert type(decided.event).__name__ == "ToolCallCleared"


@pytest.mark.parametrize("epoch", ["e0", "E1"])
def test_a_call_for_a_terminal_that_was_replaced_is_refused(bench, epoch):
    refused = Given(requested(epoch=epoch)).when(judged(bench)).event
    assert (refused.code, refused.decision.engine) == ("stale_epoch", "none")


@pytest.mark.parametrize("epoch", ["", "e1"])
def test_a_call_for_the_terminal_as_it_was_seen_is_judged(bench, epoch):
    assert Given(requested(epoch=epoch)).when(judged(bench)).event.digest


def test_a_call_for_a_session_that_is_gone_is_refused(bench):
    nowhere = Context(session_id="s1")
    refused = (
        Given(requested())
        .when(lambda state: gone(Case(state.calls.open["c1"], nowhere, NOW, ""), bench))
        .event
    )
    assert (refused.code, refused.decision.tier) == ("session_closed", "blocked")


def test_opening_a_session_is_judged_before_there_is_a_terminal(bench):
    action = OpenSession(env={"LD_PRELOAD": "/src/x.so"})
    before = context_before("s1", "ann", action)
    event = Given(requested(action=action)).when(judged(bench, context=before)).event
    assert event.decision.tier != "safe"


RULES = load_rules([builtin_layer()])


@property_of(struct(RunCommand), struct(Context))
def test_every_call_gets_exactly_one_verdict_that_its_life_allows(action, context):
    bench = Bench(RULES, b"k", 60 * SECOND)
    call = Given(requested(action=action)).state.calls.open["c1"]
    event = verdict(Case(call, replace(context, session_id="s1", cwd="/src"), NOW, "ap-c1"), bench)
    assert (State.REQUESTED, type(event)) in NEXT
    assert (event.call_id, event.session_id) == ("c1", "s1")


def test_a_bench_does_not_show_its_key(bench):
    assert "kkk" not in repr(bench)
