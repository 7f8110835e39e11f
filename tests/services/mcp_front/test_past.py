"""The past of sessions that the fold has forgotten, among the events of others."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from msgspec.structs import replace

from events.actions import OpenSession
from events.base import SessionEvent
from events.calls import ToolCallServed
from projections import terminals
from projections.sinks.sqlite import SqliteFolds
from services.mcp_front import past
from services.mcp_front.past import Past
from services.mcp_front.ports import Caller
from services.mcp_front.recall import Recall
from services.mcp_front.refusals import Refusal
from services.mcp_front.views import TimelinePage, TimelineQuery
from services.runtime.log import Draft, Log
from services.runtime.projector import Fold, Projector
from tests.conftest import Broker
from tests.support.facts import requested
from tests.support.logs import log_of

ANN, BOB = Caller(principal="ann"), Caller(principal="bob")
READ = ToolCallServed(session_id="s1", principal="ann", tool="read_screen")


class Reader:
    """A reader whose fold remembers nothing, so that everything is asked of the log."""

    def __init__(self, log: Log, missing: Path) -> None:
        folded = Projector(log, Fold(terminals.initial, terminals.evolve))
        self.log = log
        self.past = Past(log, folded, Recall(log, SqliteFolds(missing, "", writes=False)))

    async def store(self, *events: SessionEvent) -> None:
        for event in events:
            await self.log.append(Draft(event=event, actor="test"))

    async def page(self, caller: Caller, **where: object) -> TimelinePage:
        query = TimelineQuery(**where)
        return await self.past.page(caller, query, await self.past.scope(caller, query))


@pytest_asyncio.fixture
async def reader(own_broker: Broker, tmp_path: Path) -> AsyncIterator[Reader]:
    async with log_of(own_broker, "mcp_front") as log:
        yield Reader(log, tmp_path / "none.sqlite")


def opening(session_id: str, principal: str) -> SessionEvent:
    call = requested(f"open-{session_id}", OpenSession())
    return replace(call, session_id=session_id, principal=principal)


def sequences(page: TimelinePage) -> list[int]:
    return [recorded.sequence for recorded in page.events]


async def test_whose_a_session_was_is_known_for_ever(reader: Reader) -> None:
    await reader.store(opening("s1", "ann"), opening("s2", "bob"), requested("c1"))
    assert sequences(await reader.page(ANN)) == [1, 3]
    assert sequences(await reader.page(BOB)) == [2]
    assert sequences(await reader.page(ANN, session_id="s1")) == [1, 3]
    with pytest.raises(Refusal, match="There is no session 's1'"):
        await reader.page(BOB, session_id="s1")


async def test_what_is_not_told_takes_no_room_in_a_page(reader: Reader) -> None:
    await reader.store(opening("s1", "ann"), READ, READ, requested("c1"), READ)
    page = await reader.page(ANN, session_id="s1", limit=2)
    assert (sequences(page), page.next_after_seq, page.more) == ([1, 4], 5, False)


async def test_a_page_ends_before_the_log_of_others_does(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past, "BATCH", 2)
    monkeypatch.setattr(past, "BATCHES", 2)
    others = [replace(requested(f"o{n}"), session_id="s2", principal="bob") for n in range(4)]
    await reader.store(opening("s2", "bob"), *others, opening("s1", "ann"))
    first = await reader.page(ANN)
    assert (sequences(first), first.next_after_seq, first.more) == ([], 4, True)
    then = await reader.page(ANN, after_seq=first.next_after_seq)
    assert (sequences(then), then.more) == ([6], False)


async def test_only_events_of_the_types_asked_for_are_told(reader: Reader) -> None:
    await reader.store(opening("s1", "ann"), requested("c1"))
    assert sequences(await reader.page(ANN, session_id="s1", types=("ToolCallRequested",))) == [
        1,
        2,
    ]
    page = await reader.page(ANN, session_id="s1", types=("SessionOpened",))
    assert (sequences(page), page.next_after_seq, page.more) == ([], 2, False)
