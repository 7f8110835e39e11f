"""Ten thousand questions wait for a person at once: in order, until they expire, over a restart."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import batched
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from msgspec.structs import replace

from events.actions import RunCommand
from events.calls import CallEvent, ToolCallCleared, ToolCallRefused
from events.sessions import SessionClosed
from projections import terminals
from services.contract.approval import Decide, OpenApproval, WhichApprovals
from services.contract.terminal import CONTEXT
from services.runtime.config import Home
from services.runtime.log import Draft, Log
from services.runtime.projector import Fold, Projector
from services.runtime.reactor import Reactor
from services.runtime.rpc import Exchange, answering
from services.safety_reviewer.desk import PAGE, Desk
from services.safety_reviewer.service import Reviewer
from tests.conftest import provisioned, small_config
from tests.support.facts import IDLE, OPENED, asked, requested
from tests.support.logs import all_heard, log_of, running, until_so

MANY, SOON = 10_000, 250
LONG = timedelta(hours=1)
MEMORY = next((folder for folder in (Path("/dev/shm"),) if folder.is_dir()), None)
NAMES = [f"c{number:05}" for number in range(MANY)]


async def stored(log: Log, drafts: list[Draft]) -> None:
    for some in batched(drafts, 500, strict=False):
        await asyncio.gather(*(log.append(draft) for draft in some))


async def ask_all(front: Log, reviewer: Log) -> None:
    """Have a question open for each call; every fortieth one expires at once."""
    now = front.clock.now()
    ends = [now if number % (MANY // SOON) == 0 else now + LONG for number in range(MANY)]
    asking = [requested(name, session_id=f"s{name}", deadline=now + LONG) for name in NAMES]
    questions = [
        asked(name, session_id=f"s{name}", expires_at=end)
        for name, end in zip(NAMES, ends, strict=True)
    ]
    await stored(front, [Draft(event=each, actor="ann", node="test") for each in asking])
    await stored(reviewer, [Draft(event=each, actor="r", node="test") for each in questions])


@asynccontextmanager
async def reviewing(log: Log, bench):
    """A reviewer that has just been started."""
    folded = Projector(log, Fold(terminals.initial, terminals.evolve))
    reviewer = Reviewer(log, folded, bench, Exchange())
    reactor = Reactor(log, "safety_reviewer", reviewer.handles(), folded)
    async with running(folded.run()):
        async with asyncio.timeout(60):
            await folded.ready()
        async with running(reactor.run()), running(reviewer.keep_time()):
            yield reviewer, Desk(reviewer)


async def all_open(desk: Desk) -> list[OpenApproval]:
    found: list[OpenApproval] = []
    while page := (
        await desk.open(WhichApprovals(after=found[-1].sequence if found else 0))
    ).approvals:
        assert len(page) <= PAGE
        found += page
    return found


@asynccontextmanager
async def terminals_answer(broker):
    """A driver whose sessions are all at an idle prompt."""

    async def answer(look):
        return replace(IDLE, session_id=look.session_id)

    async with (
        log_of(broker, "session_driver") as driver,
        answering(driver.client, "driver", "rpc.session_driver.test", {CONTEXT: answer}),
    ):
        await all_heard(driver.client)
        yield driver


async def one_more_session(driver: Log, reviewer: Reviewer) -> None:
    """The end of one session among so many leaves the others' questions as they are."""
    opened = replace(OPENED, session_id="other")
    for event in (opened, SessionClosed(session_id="other", reason="exited", last_offset=0)):
        sequence = await driver.append(Draft(event=event, actor="session_driver"))
    await reviewer.terminals.reached(sequence)


async def the_oldest_is_decided(desk: Desk, question: OpenApproval) -> None:
    denied = Decide(approval_id=question.approval_id, verdict="deny", by="bob")
    assert (await desk.decide(denied)).event == "ApprovalDenied"
    assert (await desk.open(WhichApprovals(approval_id=question.approval_id))).total == 0


async def said_of(front: Log, session_id: str) -> CallEvent:
    """What the reviewer said of the only call of a session."""
    subject = f"evt.test.{session_id}.>"

    async def two():
        return len(await front.read(0, subject)) == 2

    await until_so(two, 30)
    return (await front.read(0, subject))[-1].event


async def nobody_is_asked_more(front: Log) -> None:
    """Over the cap, what would ask is refused, and what only looks still runs."""
    deadline = front.clock.now() + LONG
    for name, text in (("x1", "rm build"), ("x2", "ls")):
        event = requested(name, RunCommand(command=text), session_id=name, deadline=deadline)
        await front.append(Draft(event=event, actor="ann", node="test"))
    refused = await said_of(front, "x1")
    assert isinstance(refused, ToolCallRefused)
    assert (refused.code, refused.decision.tier) == ("too_many_approvals", "review")
    assert isinstance(await said_of(front, "x2"), ToolCallCleared)


@pytest.fixture
async def quick_broker(tmp_path):
    """A broker whose disk is memory where there is one: each of 20,000 events is synced to it."""
    with TemporaryDirectory(dir=MEMORY or tmp_path) as folder:
        async with provisioned(Home(Path(folder) / "home"), small_config()) as broker:
            yield broker


@pytest.mark.timeout(300)
async def test_ten_thousand_questions_wait_in_order_and_outlive_the_reviewer(quick_broker, bench):
    left = [name for number, name in enumerate(NAMES) if number % (MANY // SOON)]
    async with (
        log_of(quick_broker, "mcp_front") as front,
        log_of(quick_broker, "safety_reviewer") as log,
        terminals_answer(quick_broker) as driver,
    ):
        await ask_all(front, log)
        async with reviewing(log, bench) as (reviewer, desk):

            async def expired():
                return (await desk.open(WhichApprovals())).total == len(left)

            await until_so(expired, 60)
            assert [each.call_id for each in await all_open(desk)] == left
            await one_more_session(driver, reviewer)
        async with reviewing(log, bench) as (reviewer, desk):
            open_now = await all_open(desk)
            assert [each.call_id for each in open_now] == left
            await the_oldest_is_decided(desk, open_now[0])
            await nobody_is_asked_more(front)
