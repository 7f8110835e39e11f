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
from services.policy.layer import Layer
from services.policy.review import review
from services.policy.rules import Workspace, load_rules
from services.safety_reviewer.approvals import waiting
from services.safety_reviewer.verdicts import Bench, Case, Questions, gone, verdict
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


def in_mode(bench, mode):
    rules = load_rules([builtin_layer(), Layer("user", "u", f"mode = '{mode}'")])
    return replace(bench, rules=rules)


@pytest.mark.parametrize(
    ("mode", "code"), [("unattended", "unattended"), ("read-only", "read_only")]
)
def test_what_a_mode_refuses_has_the_code_of_the_mode(bench, mode, code):
    action = RunCommand(command="touch x")
    refused = Given(requested(action=action)).when(judged(in_mode(bench, mode))).event
    assert isinstance(refused, ToolCallRefused)
    assert (refused.code, refused.decision.mode) == (code, mode)


def test_what_the_rules_refuse_is_blocked_in_any_mode(bench):
    root = requested(action=RunCommand(command="rm -rf /"))
    assert Given(root).when(judged(in_mode(bench, "unattended"))).event.code == "blocked"


def test_the_rules_of_a_workspace_count_for_the_sessions_in_it(bench):
    inside = replace(bench.rules, workspaces=(Workspace("/src", in_mode(bench, "strict").rules),))
    action = OpenSession(cwd="/src/x")
    context = context_before("s1", "ann", action)
    found = Given(requested(action=action)).when(judged(replace(bench, rules=inside), context))
    version = inside.workspaces[0].rules.version
    assert found.event.decision.policy_version == version
    assert found.event.digest == clearance_digest(bench.key, action, context, version)


RM = RunCommand(command="rm build")
OF_BOB = replace(requested("c3", RM), session_id="s3", principal="bob")
WAITING = (requested("c2", RM, session_id="s2"), asked("c2", session_id="s2"), OF_BOB,
           asked("c3", session_id="s3"), requested("c1", RM))  # fmt: skip


def test_open_questions_are_counted_for_the_node_and_the_client():
    calls = fold(*WAITING).calls
    assert waiting(calls, calls.open["c1"]) == Questions(node=2, client=1)
    assert waiting(calls, replace(calls.open["c1"], node="mac2")) == Questions()


@pytest.mark.parametrize(
    ("node", "client", "code"),
    [(3, 2, ""), (2, 2, "too_many_approvals"), (3, 1, "too_many_approvals")],
)
def test_over_the_cap_nobody_is_asked(bench, node, client, code):
    calls = fold(*WAITING).calls
    call = calls.open["c1"]
    case = Case(call, IDLE, NOW, "ap-c1", waiting(calls, call))
    found = verdict(case, replace(bench, most=Questions(node, client)))
    assert getattr(found, "code", "") == code
    assert found.decision.tier == "review"


def test_what_needs_nobody_runs_over_the_cap(bench):
    call = fold(requested("c1")).calls.open["c1"]
    full = replace(bench, most=Questions(0, 0))
    assert verdict(Case(call, IDLE, NOW, "ap"), full).decision.tier == "safe"
