from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from msgspec import structs

from events.actions import RunCommand
from events.calls import ToolCallServed
from events.policy import PolicyLayerLoaded
from events.sessions import SessionLost
from projections import terminals
from services.contract.approval import Decide, WhichApprovals, Withdraw
from services.contract.terminal import CONTEXT
from services.runtime.log import Draft
from services.runtime.projector import Fold, Projector
from services.runtime.reactor import Reactor
from services.runtime.rpc import Declined, Exchange, answering
from services.safety_reviewer.desk import Desk
from services.safety_reviewer.service import Reviewer
from tests.support.facts import CLOSED, IDLE, requested
from tests.support.logs import all_heard, log_of, running, until_so

LONG = timedelta(minutes=10)
RM = RunCommand(command="rm build")


class Office:
    """A reviewer at work, and those who ask it."""

    def __init__(self, reviewer, front):
        self.reviewer, self.front, self.desk = reviewer, front, Desk(reviewer)

    async def request(self, *calls):
        for call_id, action in calls:
            event = requested(call_id, action, deadline=self.front.clock.now() + LONG)
            await self.front.append(Draft(event=event, actor="ann", node="test"))

    async def facts(self):
        log = await self.front.read(0)
        return [type(r.event).__name__ for r in log if not isinstance(r.event, ToolCallServed)]

    async def until(self, *facts):
        async def happened():
            return await self.facts() == list(facts)

        await until_so(happened)

    async def question(self):
        async def asked():
            return (await self.desk.open(WhichApprovals())).approvals

        await until_so(asked)
        return (await asked())[0]


@asynccontextmanager
async def at_work(broker, bench, context=IDLE):
    """Run a reviewer beside a driver whose terminal is in this context, None for none."""

    async def answer(_):
        if context is None:
            raise Declined("unknown_session", "s1")
        return context

    async with (
        log_of(broker, "mcp_front") as front,
        log_of(broker, "session_driver") as driver,
        log_of(broker, "safety_reviewer") as log,
        answering(driver.client, "driver", "rpc.session_driver.test", {CONTEXT: answer}),
    ):
        await all_heard(driver.client)
        folded = Projector(log, Fold(terminals.initial, terminals.evolve))
        reviewer = Reviewer(log, folded, bench, Exchange())
        reactor = Reactor(log, "safety_reviewer", reviewer.handles(), folded)
        async with running(folded.run()), running(reactor.run()), running(reviewer.keep_time()):
            yield Office(reviewer, front)


async def test_a_safe_call_is_cleared_at_once(own_broker, bench):
    async with at_work(own_broker, bench) as office:
        await office.request(("c1", None))
        await office.until("ToolCallRequested", "ToolCallCleared")


async def test_a_person_grants_what_was_asked(own_broker, bench):
    async with at_work(own_broker, bench) as office:
        await office.request(("c1", RM))
        question = await office.question()
        answer = Decide(approval_id=question.approval_id, verdict="grant", by="bob")
        settled = await office.desk.decide(answer)
        await office.until("ToolCallRequested", "ApprovalRequested", "ApprovalGranted")
    assert (question.call_id, question.action, settled.sequence) == ("c1", RM, 3)


async def test_a_question_holds_the_reason_that_its_caller_gave(own_broker, bench):
    async with at_work(own_broker, bench) as office:
        deadline = office.front.clock.now() + LONG
        event = requested("c1", RM, deadline=deadline, reason="to build anew")
        await office.front.append(Draft(event=event, actor="ann", node="test"))
        assert (await office.question()).reason == "to build anew"


async def test_a_question_is_answered_only_once(own_broker, bench):
    async with at_work(own_broker, bench) as office:
        await office.request(("c1", RM))
        question = await office.question()
        answer = Decide(approval_id=question.approval_id, verdict="deny", by="bob")
        await office.desk.decide(answer)
        with pytest.raises(Declined, match="no open approval"):
            await office.desk.decide(answer)


async def test_the_next_call_is_judged_when_the_one_before_it_ended(own_broker, bench):
    async with at_work(own_broker, bench) as office:
        await office.request(("c1", RM), ("c2", None))
        await office.question()
        await office.desk.withdraw(Withdraw(call_id="c1", by="ann"))
        await office.until(
            "ToolCallRequested",
            "ToolCallRequested",
            "ApprovalRequested",
            "ApprovalWithdrawn",
            "ToolCallCleared",
        )


@pytest.mark.parametrize(
    "end", [CLOSED, SessionLost(session_id="s1", reason="restarted", last_offset=9)]
)
async def test_nobody_is_asked_about_a_session_that_is_over(own_broker, bench, end):
    async with at_work(own_broker, bench) as office:
        await office.request(("c1", RM))
        await office.question()
        async with log_of(own_broker, "session_driver") as driver:
            await driver.append(Draft(event=end, actor="session_driver"))
        await office.until(
            "ToolCallRequested", "ApprovalRequested", type(end).__name__, "ApprovalWithdrawn"
        )


async def test_silence_is_recorded_as_expiry(own_broker, bench):
    patient = structs.replace(bench, approval_timeout=timedelta(milliseconds=50))
    async with at_work(own_broker, patient) as office:
        await office.request(("c1", RM))
        await office.until("ToolCallRequested", "ApprovalRequested", "ApprovalExpired")


async def test_a_call_for_a_session_that_is_gone_is_refused(own_broker, bench):
    async with at_work(own_broker, bench, context=None) as office:
        await office.request(("c1", None))
        await office.until("ToolCallRequested", "ToolCallRefused")


async def test_a_call_that_ended_cannot_be_withdrawn(own_broker, bench):
    async with at_work(own_broker, bench, context=None) as office:
        await office.request(("c1", None))
        await office.until("ToolCallRequested", "ToolCallRefused")
        with pytest.raises(Declined, match="has ended"):
            await office.desk.withdraw(Withdraw(call_id="c1", by="ann"))


async def test_a_policy_file_is_stored_once(own_broker, bench):
    layer = PolicyLayerLoaded(layer="user", path="p", sha256="h1", content="")
    async with at_work(own_broker, bench) as office:
        await office.reviewer.publish_policy([layer])
        await office.reviewer.terminals.reached(1)
        await office.reviewer.publish_policy([layer])
        assert await office.facts() == ["PolicyLayerLoaded"]
