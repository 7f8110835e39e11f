"""What would be said about a command: the real verdict, and nothing of a clearance."""

from contextlib import asynccontextmanager
from datetime import timedelta

import msgspec
import pytest
from msgspec.structs import replace

from events.actions import RunCommand
from services.contract.approval import Check
from services.contract.terminal import CONTEXT, LookAt, terminals_of
from services.policy.review import review
from services.runtime.rpc import Declined, Unanswered, ask
from services.safety_reviewer.checking import imagined, told
from services.safety_reviewer.verdicts import Case, lapsed, verdict
from tests.services.safety_reviewer.test_service import RM, at_work
from tests.support.facts import IDLE
from tests.support.given import NOW
from tests.support.logs import until_so

LS, FORBIDDEN = RunCommand(command="ls"), RunCommand(command="rm -rf /")
LINES = RunCommand(command="ls\nls")
UNPASTED = replace(IDLE, bracketed_paste=False)


def check(action):
    return Check(session_id="s1", node="test", by="ann", action=action)


@asynccontextmanager
async def beside_a_driver(broker, bench, context=IDLE):
    """Run a reviewer; its driver is heard by then, which a flush alone does not promise."""

    async def heard():
        which = LookAt(session_id="s1")
        try:
            await ask(office.reviewer.log.client, terminals_of("test"), CONTEXT, which)
        except Unanswered:
            return False
        except Declined:
            return True
        return True

    async with at_work(broker, bench, context) as office:
        await until_so(heard)
        yield office


@pytest.mark.pure
@pytest.mark.parametrize(
    ("action", "context", "would", "code"),
    [
        (LS, IDLE, "run", ""),
        (LS, replace(IDLE, prompt="running"), "wait_for_approval", ""),
        (RM, IDLE, "wait_for_approval", ""),
        (FORBIDDEN, IDLE, "be_blocked", "blocked"),
        (LINES, UNPASTED, "be_blocked", "multiline_needs_bracketed_paste"),
    ],
)
def test_the_answer_is_what_a_review_in_this_context_comes_to(bench, action, context, would, code):
    call = imagined(check(action), NOW)
    answer = told(verdict(Case(call, context, NOW, ""), bench))
    assert (answer.would, answer.code, answer.context) == (would, code, context)
    if code in {"", "blocked"}:
        assert answer.decision == review(context, action, bench.rules)


@pytest.mark.pure
def test_the_answer_holds_no_digest_that_a_clearance_would_have(bench):
    clearance = verdict(Case(imagined(check(LS), NOW), IDLE, NOW, ""), bench)
    assert clearance.digest
    assert clearance.digest not in msgspec.json.encode(told(clearance)).decode()


@pytest.mark.pure
def test_what_is_no_verdict_is_not_told():
    with pytest.raises(TypeError, match="ToolCallLapsed"):
        told(lapsed(imagined(check(LS), NOW - timedelta(seconds=1)), "too late"))


@pytest.mark.parametrize("action", [LS, RM, FORBIDDEN])
async def test_a_check_leaves_nothing_behind(own_broker, bench, action):
    async with beside_a_driver(own_broker, bench) as office:
        answer = await office.desk.check(check(action))
        assert answer.decision == review(IDLE, action, bench.rules)
        assert await office.facts() == []
        assert office.reviewer.terminals.state.calls.open == {}


async def test_a_session_of_somebody_else_is_as_unknown_as_one_that_never_was(own_broker, bench):
    other = replace(check(LS), by="bob")
    refusals = []
    for context in (IDLE, None):
        async with beside_a_driver(own_broker, bench, context) as office:
            with pytest.raises(Declined) as declined:
                await office.desk.check(other)
            refusals.append((declined.value.code, declined.value.message))
    assert refusals == [("unknown_session", "s1")] * 2


async def test_a_driver_that_does_not_answer_is_named(own_broker, bench):
    async with beside_a_driver(own_broker, bench) as office:
        with pytest.raises(Declined) as declined:
            await office.desk.check(replace(check(LS), node="elsewhere"))
        assert declined.value.code == "driver_unavailable"
