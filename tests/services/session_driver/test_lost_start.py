from datetime import UTC, datetime, timedelta

import pytest

from events.actions import OpenSession
from events.review import Decision
from projections import terminals as fold
from services.contract.terminal import context_before
from services.policy.builtin import builtin_layer
from services.policy.digest import clearance_digest
from services.policy.rules import load_rules
from services.runtime.background import background
from services.runtime.log import Draft, Log, LogUnavailable
from services.runtime.projector import Fold, Projector
from services.session_driver.opening import Openings, Surroundings
from services.session_driver.outcomes import Outcomes
from services.session_driver.service import Driver
from services.session_driver.terminal.backends import Backends
from services.session_driver.terminal.node_host import NodeHost
from services.session_driver.terminals import OpenTerminals
from tests.support.facts import cleared, requested
from tests.support.logs import log_of

RULES = load_rules([builtin_layer()])
OPEN = OpenSession(name="first", cols=80, rows=24)


class Unheard(Log):
    """A log that stores each event, and whose answer to a start never comes."""

    async def store(self, draft, expected=None, patience=15.0):
        stored = await super().store(draft, expected, patience)
        if type(draft.event).__name__ == "ToolCallStarted":
            raise LogUnavailable("no answer")
        return stored


async def names_of(log):
    return [type(recorded.event).__name__ for recorded in await log.read(0)]


def clearance():
    context = context_before("s1", "ann", OPEN)
    decision = Decision(tier="safe", summary="opens", policy_version=RULES.version, engine="test")
    return cleared(
        digest=clearance_digest(b"k", OPEN, context, RULES.version),
        context=context,
        decision=decision,
        valid_until=datetime.now(UTC) + timedelta(seconds=30),
    )


async def test_a_start_that_is_stored_but_never_answered_ends_the_call_and_types_nothing(
    own_broker, place, tmp_path
):
    async with (
        log_of(own_broker, "mcp_front") as front,
        log_of(own_broker, "safety_reviewer") as reviewer,
        log_of(own_broker, "session_driver") as log,
        background() as tasks,
    ):
        await front.append(Draft(event=requested(action=OPEN), actor="ann"))
        await reviewer.append(Draft(event=clearance(), actor="safety_reviewer"))
        unheard = Unheard(log.client, log.node, log.clock, log.source)
        reader = Projector(log, Fold(fold.initial, fold.evolve))
        tasks.start(reader.run())
        await reader.ready()
        terminals = OpenTerminals(unheard, tasks, b"k")
        around = Surroundings(tmp_path, {}, 0, (), 50)
        openings = Openings(terminals, around, Backends(pty=NodeHost(place)))
        driver = Driver(Outcomes(unheard, reader), terminals, openings, RULES)
        _, delivered = await log.read(0)
        with pytest.raises(LogUnavailable):
            await driver.begin(delivered)
        await reader.reached(3)
        await driver.begin(delivered)  # delivered again
        assert (await names_of(log))[2:] == ["ToolCallStarted", "ToolCallFailed"]
        assert not terminals.live
