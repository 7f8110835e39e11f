import asyncio
import time

import msgspec
import pytest

from events.calls import ToolCallServed, ToolCallWithdrawn
from services.runtime.log import Conflict, Draft, LogFull, LogRefused, LogUnavailable
from services.runtime.settings import MIB, Clustering
from services.runtime.streams import provision
from tests.support.facts import requested
from tests.support.logs import kill, log_of, silent


def withdrawn(session, call_id="c1", **draft):
    event = ToolCallWithdrawn(session_id=session, call_id=call_id, by="ann")
    return Draft(event=event, actor="safety_reviewer", **draft)


def served(session, tool="read_screen"):
    event = ToolCallServed(session_id=session, principal="ann", tool=tool)
    return Draft(event=event, actor="ann")


def wants(session, call_id):
    return Draft(event=requested(call_id, session_id=session), actor="ann")


async def ids(log, session):
    return [found.envelope.id for found in await log.read(0, f"evt.test.{session}.*")]


async def test_a_stored_event_is_read_back_with_its_circumstances(broker):
    async with log_of(broker, "safety_reviewer") as log:
        draft = withdrawn("log_back", causation="e0")
        sequence = await log.append(draft, 0)
        (found,) = await log.read(0, "evt.test.log_back.*")
    assert (found.sequence, found.event) == (sequence, draft.event)
    assert found.envelope.id == draft.id
    assert (found.envelope.correlation, found.envelope.causation) == ("c1", "e0")
    assert found.envelope.source == "/test/safety_reviewer"


async def test_an_actor_may_have_any_name(broker):
    name = "Ånn\r\nNats-Expected-Last-Sequence: 0\r\n 漢字 %41"
    async with log_of(broker, "mcp_front") as log:
        event = ToolCallServed(session_id="log_actor", principal=name, tool="x")
        await log.append(Draft(event=event, actor=name))
        (found,) = await log.read(0, "evt.test.log_actor.*")
    assert (found.envelope.actor, found.event) == (name, event)


async def test_of_many_writers_that_saw_the_same_one_wins(broker):
    async with log_of(broker, "safety_reviewer") as log:
        attempts = [log.append(withdrawn("log_race", f"c{n}"), 0) for n in range(20)]
        results = await asyncio.gather(*attempts, return_exceptions=True)
        stored = await ids(log, "log_race")
    assert len(stored) == 1
    assert [type(each) for each in results if not isinstance(each, int)] == [Conflict] * 19


async def test_a_conflict_says_how_far_to_read(broker):
    async with log_of(broker, "safety_reviewer") as log:
        newest = await log.append(withdrawn("log_far"), 0)
        with pytest.raises(Conflict) as moved:
            await log.append(withdrawn("log_far", "c2"), 0)
    assert moved.value.newest == newest


async def test_an_event_that_is_sent_again_is_stored_once(broker):
    async with log_of(broker, "safety_reviewer") as log:
        draft = withdrawn("log_again")
        first = await log.append(draft, 0)
        assert await log.append(draft, 0) == first
        assert await ids(log, "log_again") == [draft.id]


async def test_an_event_that_is_sent_again_much_later_is_found(broker):
    async with log_of(broker, "safety_reviewer") as log:
        first = await log.append(withdrawn("log_later"), 0)
        forgotten = withdrawn("log_later", id="an id the broker has forgotten")
        headers = {"Nats-Msg-Id": "another", "ce-id": forgotten.id.replace(" ", "%20")}
        await resend(log, forgotten, headers)
        assert await log.append(forgotten, first) == first + 1
        assert len(await ids(log, "log_later")) == 2


async def resend(log, draft, changes):
    """Store an event under another message id, as if the broker had forgotten its own."""
    headers = {
        "ce-type": type(draft.event).__name__,
        "ce-time": "2026-03-01T10:00:00+00:00",
        "ce-source": "/test",
        **changes,
    }
    subject = f"evt.test.{draft.event.session_id}.call-withdrawn"
    await log.client.request(subject, msgspec.json.encode(draft.event), headers=headers)


async def test_requests_of_others_do_not_stand_in_the_way(broker):
    async with log_of(broker, "safety_reviewer") as log, log_of(broker, "mcp_front") as front:
        seen = await front.append(wants("log_by", "c1"), 0)
        await front.append(wants("log_by", "c2"))
        await front.append(served("log_by"))
        sequence = await log.append(withdrawn("log_by"), seen)
    assert sequence > seen + 2


async def test_what_is_no_event_does_not_stand_in_the_way(broker):
    async with log_of(broker, "safety_reviewer") as log, log_of(broker, "mcp_front") as front:
        seen = await front.append(wants("log_junk", "c1"), 0)
        await front.client.request("evt.test.log_junk.call-served", b"junk")
        async with asyncio.timeout(5):
            assert await log.append(withdrawn("log_junk"), seen)


async def test_any_other_fact_stands_in_the_way(broker):
    async with log_of(broker, "safety_reviewer") as log, log_of(broker, "mcp_front") as front:
        seen = await front.append(wants("log_way", "c1"), 0)
        await log.append(withdrawn("log_way", "c2"))
        await front.append(served("log_way"))
        with pytest.raises(Conflict, match="call-withdrawn"):
            await log.append(withdrawn("log_way"), seen)


async def test_a_fact_that_rests_on_nothing_is_always_stored(broker):
    async with log_of(broker, "mcp_front") as log:
        first = await log.append(served("log_rests"))
        assert await log.append(served("log_rests")) == first + 1


async def test_another_session_does_not_stand_in_the_way(broker):
    async with log_of(broker, "safety_reviewer") as log:
        await log.append(withdrawn("log_one"), 0)
        assert await log.append(withdrawn("log_two"), 0)


async def test_one_event_is_found_by_its_sequence(broker):
    async with log_of(broker, "mcp_front") as log:
        draft = served("log_get")
        found = await log.get(await log.append(draft))
        assert found
        assert found.event == draft.event
        assert await log.get(found.sequence + 1_000_000) is None


async def test_a_long_log_is_read_in_parts(own_broker):
    async with log_of(own_broker, "mcp_front") as log:
        for _ in range(7):
            await log.append(served("log_parts"))
        first = await log.read(0, count=5)
        rest = await log.read(first[-1].sequence, count=5)
    assert [found.sequence for found in (*first, *rest)] == [1, 2, 3, 4, 5, 6, 7]


async def test_a_silent_broker_is_reported_within_the_patience(own_broker):
    async with log_of(own_broker, "mcp_front") as log:
        with silent(own_broker):
            began = time.monotonic()
            with pytest.raises(LogUnavailable, match="call-served"):
                await log.append(served("s1"), patience=0.5)
            assert time.monotonic() - began < 2


async def test_reading_from_a_broker_that_is_away_is_reported(own_broker):
    async with log_of(own_broker, "mcp_front") as log:
        await log.client.close()
        with pytest.raises(LogUnavailable, match="read after 0"):
            await log.read(0)


async def test_a_full_log_says_so_and_keeps_what_it_has(own_broker):
    async with own_broker.connect("operator") as operator:
        await provision(operator, Clustering(events_max_bytes=MIB, output_max_bytes=MIB))
    async with log_of(own_broker, "mcp_front") as log:
        for _ in range(5):
            await log.append(served("s1", "x" * 200_000))
        with pytest.raises(LogFull):
            await log.append(served("s1", "x" * 200_000))
        assert await log.get(1)


async def test_an_event_that_is_too_large_is_refused_for_good(broker):
    async with log_of(broker, "mcp_front") as log:
        with pytest.raises(LogRefused, match="exceeds"):
            await log.append(served("log_large", "x" * 300_000))


async def test_a_name_that_could_leave_its_place_is_not_published(broker):
    async with log_of(broker, "mcp_front") as log:
        with pytest.raises(ValueError, match=r"a\.b"):
            await log.append(served("a.b"))


async def test_every_append_is_stored_once_though_the_broker_is_killed(own_broker):
    async with log_of(own_broker, "safety_reviewer") as log:
        newest = 0
        for number in range(60):
            if number == 20:
                kill(own_broker)
            newest = await log.append(withdrawn("s1", f"c{number}"), newest)
        found = await log.read(0)
    assert [each.event.call_id for each in found] == [f"c{n}" for n in range(60)]
