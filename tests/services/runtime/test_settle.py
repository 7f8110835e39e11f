import asyncio

import msgspec
import pytest

from events.calls import ToolCallWithdrawn
from services.runtime.log import Conflict, Draft
from services.runtime.projector import Fold, Projector
from services.runtime.settle import TRIES, settle
from tests.support.logs import log_of, running


class Counted(msgspec.Struct, frozen=True):
    """How many calls were withdrawn, in the order of the log."""

    withdrawn: tuple[str, ...] = ()
    newest: dict[str, int] = {}


def evolve(state, found):
    event = found.event
    newest = {**state.newest, event.session_id: found.sequence}
    return Counted((*state.withdrawn, event.call_id), newest)


def withdraw(call_id):
    event = ToolCallWithdrawn(session_id="s1", call_id=call_id, by="ann")
    return Draft(event=event, actor="safety_reviewer")


async def test_decisions_made_at_once_see_each_other(own_broker):
    def decide(state):
        return withdraw(f"c{len(state.withdrawn)}")

    async with log_of(own_broker, "safety_reviewer") as log:
        reader = Projector(log, Fold(Counted(), evolve))
        async with running(reader.run()):
            await asyncio.gather(*(settle(log, reader, "s1", decide) for _ in range(5)))
    assert reader.state.withdrawn == ("c0", "c1", "c2", "c3", "c4")


async def test_what_was_settled_is_in_the_state(own_broker):
    async with log_of(own_broker, "safety_reviewer") as log:
        reader = Projector(log, Fold(Counted(), evolve))
        async with running(reader.run()):
            sequence = await settle(log, reader, "s1", lambda _: withdraw("c1"))
            assert (reader.position, reader.state.withdrawn) == (sequence, ("c1",))


async def test_nothing_to_say_stores_nothing(own_broker):
    async with log_of(own_broker, "safety_reviewer") as log:
        reader = Projector(log, Fold(Counted(), evolve))
        assert await settle(log, reader, "s1", lambda _: None) == 0
        assert await log.read(0) == []


async def test_a_session_that_never_rests_is_given_up(own_broker):
    asked = []

    class Stale:
        """A reader that never learns what is new."""

        state = Counted()

        async def reached(self, sequence, patience=5.0):
            asked.append((sequence, patience))

    async with log_of(own_broker, "safety_reviewer") as log:
        await log.append(withdraw("c0"))
        with pytest.raises(Conflict, match="s1 kept moving"):
            await settle(log, Stale(), "s1", lambda _: withdraw("c1"))
    assert asked == [(1, 5.0)] * TRIES
