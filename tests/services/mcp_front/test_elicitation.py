"""Asking a client's user never holds a call for longer than calls may take."""

import asyncio

import pytest_asyncio

from events.review import Context
from projections import terminals
from services.contract.approval import ELICITABLE, ELICITED, REVIEWER, OpenApproval, Settled
from services.mcp_front.elicitation import Elicitation
from services.mcp_front.ports import Caller
from services.runtime.projector import Fold, Projector
from services.runtime.rpc import Declined, answering
from tests.support.facts import IN_A_MINUTE, RISKY, asked, denied, requested
from tests.support.given import fold, recorded
from tests.support.logs import log_of


class User:
    """Is shown questions, and never answers unless it is told to."""

    resumes = ""

    def __init__(self, said=None):
        self.said = said
        self.shown = []
        self.asked = asyncio.Event()

    async def ask(self, question):
        self.shown.append(question)
        self.asked.set()
        if self.said is None:
            await asyncio.Event().wait()
        return self.said


class Reviewer:
    """Lets everything be asked, and keeps what was answered."""

    def __init__(self):
        self.told = []
        self.open = True

    async def elicitable(self, about):
        call = fold(requested(), asked()).calls.open["c1"]
        if not self.open:
            raise Declined("needs_person", "it takes a person")
        return OpenApproval(
            approval_id=about.approval_id,
            call_id="c1",
            session_id="s1",
            principal=about.principal,
            action=call.action,
            decision=RISKY,
            context=Context(session_id="s1"),
            expires_at=IN_A_MINUTE,
        )

    async def elicited(self, answer):
        self.told.append(answer)
        return Settled(sequence=0)


@pytest_asyncio.fixture
async def reviewer(own_broker):
    said = Reviewer()
    answers = {ELICITABLE: said.elicitable, ELICITED: said.elicited}
    async with (
        own_broker.connect("safety_reviewer") as client,
        answering(client, "safety_reviewer", REVIEWER, answers),
    ):
        yield said


@pytest_asyncio.fixture
async def projector(own_broker, reviewer):
    """A fold in which one call waits for a person."""
    async with log_of(own_broker, "mcp_front") as log:
        projector = Projector(log, Fold(terminals.initial, terminals.evolve))
        projector.state = fold(requested(), asked())
        yield log, projector


async def ended(projector, user, seconds, longest=20.0):
    """Wait for the call, but a test never for ever; return how long it took."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with asyncio.timeout(20):
        caller = Caller(principal="ann", user=user)
        await Elicitation(*projector, longest).ended(caller, "c1", seconds)
    return loop.time() - began


async def test_a_dialog_that_nobody_answers_holds_the_call_no_longer_than_calls_may_take(
    projector, reviewer
):
    user = User()
    assert await ended(projector, user, seconds=0.1, longest=1.0) >= 0.9
    assert (len(user.shown), reviewer.told) == (1, [])


async def test_without_a_dialog_a_call_waits_as_long_as_it_was_told_to(projector, reviewer):
    reviewer.open = False
    user = User()
    assert await ended(projector, user, seconds=0.1) < 15
    assert user.shown == []


async def test_a_client_that_asks_between_two_requests_is_not_kept_waiting(projector, reviewer):
    assert await ended(projector, User("later"), seconds=15) < 14
    assert reviewer.told == []


async def test_the_answer_is_that_of_the_client(projector, reviewer):
    await ended(projector, User("yes"), seconds=0.1)
    [told] = reviewer.told
    assert (told.verdict, told.by, told.approval_id) == ("grant", "client:ann", "ap-c1")
    assert told.signature == ""


async def test_a_dialog_is_over_when_the_call_is(projector):
    log, fold_ = projector
    elicitation = Elicitation(log, fold_, 15.0)
    user = User()
    waiting = asyncio.ensure_future(
        elicitation.ended(Caller(principal="ann", user=user), "c1", 15.0)
    )
    async with asyncio.timeout(10):
        await user.asked.wait()
        news = recorded(denied(), 3)
        fold_.state = terminals.evolve(fold_.state, news)
        elicitation.listen(news)
        await waiting
