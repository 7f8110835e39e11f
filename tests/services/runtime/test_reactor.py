import asyncio
from collections import defaultdict
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio

from events.calls import ToolCallRequested
from events.operations import HandlingFailed
from projections import terminals
from services.runtime import pulls
from services.runtime import reactor as module
from services.runtime.log import Draft, LogUnavailable
from services.runtime.projector import Fold, Projector
from services.runtime.reactor import ATTEMPTS, Reactor
from tests.support.facts import requested
from tests.support.logs import administer, kill, log_of, running, until, until_so


@pytest.fixture(autouse=True)
def _soon_again(monkeypatch):
    monkeypatch.setattr(module, "AGAIN", 0.01)


async def request(log, *calls):
    for session, call_id in calls:
        event = requested(call_id, session_id=session)
        await log.append(Draft(event=event, actor="ann"))


@asynccontextmanager
async def reacting(log, handles):
    """Run a reactor beside the fold that wakes it."""
    fold = Projector(log, Fold(terminals.initial, terminals.evolve))
    reactor = Reactor(log, "safety_reviewer", handles, fold)
    async with running(fold.run()):
        await fold.ready()
        async with running(reactor.run()):
            yield


def reactor(log, handle):
    return reacting(log, {ToolCallRequested: handle})


async def pending(broker):
    found = await administer(broker, "CONSUMER.INFO.EVENTS.safety_reviewer")
    return found["num_pending"] + found["num_ack_pending"]


async def until_done(broker):
    async def done():
        return not await pending(broker)

    await until_so(done)


@pytest_asyncio.fixture
async def logs(own_broker):
    """The logs of the one who requests and of the one who reacts."""
    async with (
        log_of(own_broker, "mcp_front") as front,
        log_of(own_broker, "safety_reviewer") as log,
    ):
        yield front, log


async def test_every_event_is_handled_once_and_then_done_with(own_broker, logs):
    seen = []

    async def handle(recorded):
        seen.append(recorded.event.call_id)

    front, log = logs
    await request(front, ("s1", "c1"), ("s1", "c2"))
    async with reactor(log, handle):
        await request(front, ("s2", "c3"))
        await until_done(own_broker)
    assert sorted(seen) == ["c1", "c2", "c3"]


async def test_news_of_the_fold_is_handled_before_its_delivery_and_then_only_acknowledged(
    own_broker, logs, monkeypatch
):
    monkeypatch.setattr(pulls, "GATHER", 0.5)
    seen = []

    async def handle(recorded):
        seen.append((recorded.event.call_id, await pending(own_broker)))

    front, log = logs
    async with reactor(log, handle):
        await request(front, ("s1", "c1"))
        await until_done(own_broker)
    assert seen == [("c1", 1)]


async def test_news_of_the_fold_that_could_not_be_handled_is_delivered(own_broker, logs):
    tries = []

    async def handle(recorded):
        tries.append(recorded.sequence)
        if len(tries) == 1:
            raise ArithmeticError

    front, log = logs
    async with reactor(log, handle):
        await request(front, ("s1", "c1"))
        await until_done(own_broker)
    assert tries == [1, 1]


async def test_an_event_that_nobody_handles_is_done_with(own_broker, logs):
    front, log = logs
    await request(front, ("s1", "c1"))
    async with reacting(log, {}):
        await until_done(own_broker)


async def test_a_session_is_handled_in_order(own_broker, logs):
    began, ended = [], []

    async def handle(recorded):
        began.append(recorded.event.call_id)
        await asyncio.sleep(0)
        ended.append(recorded.event.call_id)
        assert began == ended

    calls = [f"c{number}" for number in range(40)]
    front, log = logs
    async with reactor(log, handle):
        await request(front, *(("s1", call_id) for call_id in calls))
        await until(lambda: len(ended) == 40)
    assert ended == calls


async def test_sessions_are_handled_side_by_side(own_broker, logs):
    other, done = asyncio.Event(), asyncio.Event()

    async def handle(recorded):
        if recorded.event.session_id == "s1":
            await other.wait()
            done.set()
        other.set()

    front, log = logs
    await request(front, ("s1", "c1"), ("s2", "c2"))
    async with reactor(log, handle), asyncio.timeout(10):
        await done.wait()


async def test_a_handler_that_fails_gets_the_event_again(own_broker, logs):
    tries = []

    async def handle(recorded):
        tries.append(recorded.sequence)
        if len(tries) < 3:
            raise ArithmeticError

    front, log = logs
    await request(front, ("s1", "c1"))
    async with reactor(log, handle):
        await until_done(own_broker)
    assert tries == [1, 1, 1]


async def test_an_event_is_given_up_on_record_and_the_next_ones_flow(own_broker, logs):
    tries = defaultdict(int)

    async def handle(recorded):
        tries[recorded.event.call_id] += 1
        if recorded.event.call_id == "c1":
            raise ArithmeticError("no way")

    front, log = logs
    await request(front, ("s1", "c1"), ("s1", "c2"))
    async with reactor(log, handle):
        await until_done(own_broker)
    (letter,) = await log.read(2)
    assert dict(tries) == {"c1": ATTEMPTS, "c2": 1}
    assert letter.event == HandlingFailed(
        service="safety_reviewer", sequence=1, attempts=ATTEMPTS, error="no way"
    )


async def test_what_is_no_event_is_given_up_at_once(own_broker, logs):
    front, log = logs
    await front.client.request("evt.test.s1.call-requested", b"{}")
    async with reactor(log, None):
        await until_done(own_broker)
    (letter,) = await log.read(1)
    assert (letter.event.sequence, letter.event.attempts) == (1, 1)


async def test_work_goes_on_after_the_broker_was_killed(own_broker, logs):
    seen = set()

    async def handle(recorded):
        seen.add(recorded.event.call_id)

    front, log = logs
    async with reactor(log, handle):
        await request(front, *(("s1", f"c{number}") for number in range(10)))
        kill(own_broker)
        await request(front, *(("s1", f"c{number}") for number in range(10, 20)))
        await until(lambda: len(seen) == 20, 30)


async def test_a_handler_that_fails_while_the_broker_is_away_ends_nothing(own_broker, logs):
    tries = []

    async def handle(_):
        tries.append(1)
        if len(tries) == 1:
            kill(own_broker)
            await until(lambda: not log.client.is_connected)
            raise LogUnavailable("the broker is away")

    front, log = logs
    await request(front, ("s1", "c1"))
    async with reactor(log, handle):
        await until(lambda: len(tries) == 2, 20)


async def test_another_consumer_delivers_what_a_dead_process_had_in_hand(own_broker, logs):
    held, seen = asyncio.Event(), []

    async def hold(_):
        held.set()
        await asyncio.Event().wait()

    async def handle(recorded):
        seen.append(recorded.sequence)

    front, log = logs
    await request(front, ("s1", "c1"))
    async with reactor(log, hold), asyncio.timeout(10):
        await held.wait()
    async with reactor(log, handle):
        await until(lambda: seen == [1], 20)
