import asyncio

import pytest

from events.calls import ToolCallServed
from services.runtime.follow import Follower, LogGap
from services.runtime.log import Draft
from tests.support.logs import administer, kill, log_of, running, until


def served(number):
    event = ToolCallServed(session_id="s1", principal="ann", tool=f"t{number}")
    return Draft(event=event, actor="ann")


async def append(log, count, start=0):
    for number in range(start, start + count):
        await log.append(served(number))


def tools(seen):
    return [recorded.event.tool for recorded in seen]


def expected(count):
    return [f"t{number}" for number in range(count)]


async def test_what_was_stored_before_and_comes_later_is_seen_once_in_order(own_broker):
    seen = []
    async with log_of(own_broker, "mcp_front") as log:
        await append(log, 30)
        follower = Follower(log, 0, seen.append)
        async with running(follower.run()):
            await append(log, 30, start=30)
            await until(lambda: len(seen) >= 60)
    assert tools(seen) == expected(60)


async def test_a_follower_starts_after_its_position(own_broker):
    seen = []
    async with log_of(own_broker, "mcp_front") as log:
        await append(log, 5)
        async with running(Follower(log, 3, seen.append).run()):
            await until(lambda: len(seen) >= 2)
    assert [recorded.sequence for recorded in seen] == [4, 5]


async def test_it_is_known_when_everything_that_was_stored_is_seen(own_broker):
    seen = []
    async with log_of(own_broker, "mcp_front") as log:
        await append(log, 600)
        follower = Follower(log, 0, seen.append)
        async with running(follower.run()), asyncio.timeout(10):
            await follower.caught_up.wait()
            assert tools(seen) == expected(600)


async def test_nothing_is_missed_or_seen_twice_when_the_broker_is_killed(own_broker):
    seen = []
    log_opened = log_of(own_broker, "mcp_front")
    async with log_opened as log, running(Follower(log, 0, seen.append).run()):
        await append(log, 50)
        kill(own_broker)
        await append(log, 50, start=50)
        await until(lambda: len(seen) >= 100, 30)
    assert tools(seen) == expected(100)


async def hole_at(broker, sequence):
    """Make a log that has lost an event, as a disk might."""
    await administer(broker, "STREAM.DELETE.EVENTS")
    stream = {"name": "EVENTS", "subjects": ["evt.>"], "allow_direct": True}
    await administer(broker, "STREAM.CREATE.EVENTS", stream)
    async with log_of(broker, "mcp_front") as log:
        await append(log, 3)
    await administer(broker, "STREAM.MSG.DELETE.EVENTS", {"seq": sequence})


@pytest.mark.parametrize("lost", [1, 2])
async def test_a_log_that_misses_an_event_stops_its_reader(own_broker, lost):
    await hole_at(own_broker, lost)
    seen = []
    async with log_of(own_broker, "mcp_front") as log, asyncio.timeout(10):
        with pytest.raises(LogGap, match=f"expected event {lost}, found {lost + 1}"):
            await Follower(log, 0, seen.append).run()
    assert [recorded.sequence for recorded in seen] == list(range(1, lost))


@pytest.mark.parametrize("stored", [0, 1])
async def test_a_handler_that_fails_stops_its_reader(own_broker, stored):
    def fail(recorded):
        raise ArithmeticError(recorded.event.tool)

    async with log_of(own_broker, "mcp_front") as log, asyncio.timeout(10):
        await append(log, stored)
        with pytest.raises(ExceptionGroup) as failure:  # noqa: PT012 - one ends the other
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(Follower(log, 0, fail).run())
                tasks.create_task(append(log, 1))
    assert failure.group_contains(ArithmeticError, match="t0")


async def test_a_reader_that_failed_reads_on_when_it_is_started_again(own_broker):
    seen, failures = [], [ArithmeticError()]

    def handle(recorded):
        if recorded.sequence == 2 and failures:
            raise failures.pop()
        seen.append(recorded)

    async with log_of(own_broker, "mcp_front") as log, asyncio.timeout(20):
        follower = Follower(log, 0, handle)
        await append(log, 1)
        async with asyncio.TaskGroup() as tasks:
            failed = tasks.create_task(_failing(follower))
            await follower.caught_up.wait()
            await append(log, 1, start=1)  # read live
            await failed
        async with running(follower.run()):
            await append(log, 1, start=2)
            await until(lambda: len(seen) == 3)
    assert tools(seen) == expected(3)


async def _failing(follower):
    with pytest.raises(ArithmeticError):
        await follower.run()


async def test_the_clock_learns_the_time_of_the_broker(own_broker):
    seen = []
    async with log_of(own_broker, "mcp_front") as log:
        await append(log, 1)
        async with running(Follower(log, 0, seen.append).run()):
            await until(lambda: seen)
        assert log.clock.now() >= seen[0].stored_at


async def test_an_event_under_a_foreign_subject_is_passed_over(own_broker):
    seen = []
    async with log_of(own_broker, "mcp_front") as log, asyncio.timeout(10):
        forged = b'{"type":"ToolCallWithdrawn","session_id":"s1","call_id":"c1","by":"me"}'
        headers = {"ce-type": "ToolCallWithdrawn", "ce-id": "x", "ce-source": "/x"}
        await log.client.request(
            "evt.test.s1.call-served",
            forged,
            headers=headers | {"ce-time": "2026-03-01T10:00:00+00:00"},
        )
        await append(log, 1)
        async with running(Follower(log, 0, seen.append).run()):
            await until(lambda: seen)
    assert [recorded.sequence for recorded in seen] == [2]
