import asyncio

import msgspec
import pytest

from events.calls import ToolCallServed
from projections.sinks.sqlite import SqliteFolds
from services.runtime import projector as module
from services.runtime.log import Draft
from services.runtime.projector import Fold, Projector
from tests.support.facts import completed, requested, started
from tests.support.given import history, recorded
from tests.support.logs import log_of, running, until, until_so


class Seen(msgspec.Struct, frozen=True):
    """Which sequences were folded, and how many of them by this very process."""

    sequences: tuple[int, ...] = ()


def seen(state, found):
    return Seen((*state.sequences, found.sequence))


FOLD = Fold(Seen(), seen)


async def append(log, count):
    for _ in range(count):
        event = ToolCallServed(session_id="s1", principal="ann", tool="x")
        await log.append(Draft(event=event, actor="ann"))


def upto(last):
    return tuple(range(1, last + 1))


@pytest.fixture
def file(tmp_path):
    return tmp_path / "folds.sqlite"


async def test_the_state_holds_everything_up_to_its_position(own_broker):
    async with log_of(own_broker, "mcp_front") as log:
        await append(log, 3)
        projector = Projector(log, FOLD)
        async with running(projector.run()), asyncio.timeout(10):
            await projector.ready()
            await append(log, 2)
            await projector.reached(5)
    assert (projector.position, projector.state.sequences) == (5, upto(5))


async def test_waiting_for_an_event_that_does_not_come_ends(own_broker):
    async with log_of(own_broker, "mcp_front") as log:
        projector = Projector(log, FOLD)
        async with running(projector.run()):
            with pytest.raises(TimeoutError):
                await projector.reached(1, patience=0.05)
            await append(log, 1)
            await projector.reached(1)


async def test_a_listener_hears_each_event_when_it_is_in_the_state(own_broker):
    heard = []
    async with log_of(own_broker, "mcp_front") as log:
        projector = Projector(log, FOLD)

        def listener(found):
            heard.append((found.sequence, projector.state.sequences))

        with projector.telling(listener):
            async with running(projector.run()):
                await append(log, 3)
                await until(lambda: len(heard) == 3)
    assert heard == [(1, upto(1)), (2, upto(2)), (3, upto(3))]


async def test_an_event_that_is_at_hand_need_not_come_back(own_broker):
    async with log_of(own_broker, "mcp_front") as log:
        projector = Projector(log, FOLD)
        await projector.caught_up_with(recorded(started(), 1))
        assert projector.state.sequences == (1,)


async def test_an_event_at_hand_waits_for_those_before_it(own_broker):
    async with log_of(own_broker, "mcp_front") as log:
        await append(log, 3)
        projector = Projector(log, FOLD)
        async with running(projector.run()):
            await projector.caught_up_with(recorded(started(), 3))
    assert projector.state.sequences == upto(3)


async def run_until(log, file, last, code="code"):
    """Run a projector until it has folded everything, then stop it; return what it folded."""
    folded = []
    projector = Projector(log, FOLD, SqliteFolds(file, code))
    with projector.telling(lambda found: folded.append(found.sequence)):
        async with running(projector.run()):
            await projector.reached(last)
    return projector.state.sequences, folded


async def test_a_restart_reads_only_the_tail(own_broker, file):
    async with log_of(own_broker, "mcp_front") as log:
        await append(log, 4)
        await run_until(log, file, 4)
        await append(log, 2)
        assert await run_until(log, file, 6) == (upto(6), [5, 6])


async def test_other_code_starts_over(own_broker, file):
    async with log_of(own_broker, "mcp_front") as log:
        await append(log, 4)
        await run_until(log, file, 4)
        assert await run_until(log, file, 4, "other code") == (upto(4), [1, 2, 3, 4])


async def test_the_fold_is_saved_while_it_grows(own_broker, file, monkeypatch):
    async def saved():
        return (await SqliteFolds(file, "code").load())[0] == 2

    monkeypatch.setattr(module, "SAVE_EVERY", 0.01)
    async with log_of(own_broker, "mcp_front") as log:
        await append(log, 2)
        async with running(Projector(log, FOLD, SqliteFolds(file, "code")).run()):
            await until_so(saved)


class Noting(SqliteFolds):
    """A file that notes how many events each save adds."""

    added: tuple[int, ...] = ()

    async def save(self, position, state, folded):
        self.added += (len(folded),)
        await super().save(position, state, folded)


async def test_each_event_is_kept_in_memory_until_it_is_saved(own_broker, file):
    store = Noting(file, "code")
    async with log_of(own_broker, "mcp_front") as log:
        projector = Projector(log, FOLD, store)
        for found in history(requested("c1"), completed("c1"), requested("c2")):
            await projector.caught_up_with(found)
            await projector.save()
        await projector.save()
    assert store.added == (1, 1, 1)


class FullOnce(SqliteFolds):
    """A file that has no room for the first save."""

    full = True

    async def save(self, position, state, folded):
        if self.full:
            self.full = False
            raise OSError("no room")
        await super().save(position, state, folded)


async def test_what_could_not_be_saved_is_saved_with_the_next(own_broker, file):
    store = FullOnce(file, "code")
    async with log_of(own_broker, "mcp_front") as log:
        projector = Projector(log, FOLD, store)
        log1, log2 = history(requested("c1"), completed("c1")), history(requested("c2"))
        for found in log1:
            await projector.caught_up_with(found)
        with pytest.raises(OSError, match="no room"):
            await projector.save()
        await projector.caught_up_with(recorded(log2[0].event, 3))
        await projector.save()
    assert await store.find("c1")
    assert (await store.load())[0] == 3
