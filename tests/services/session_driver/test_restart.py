from datetime import UTC, datetime, timedelta

from projections import terminals as fold
from services.policy.builtin import builtin_layer
from services.policy.rules import load_rules
from services.runtime.background import background
from services.runtime.clock import Clock
from services.runtime.log import Log
from services.runtime.projector import Fold, Projector
from services.session_driver.control import Control
from services.session_driver.opening import Openings, Surroundings
from services.session_driver.outcomes import Outcomes
from services.session_driver.restart import Restart
from services.session_driver.service import Driver
from services.session_driver.terminal.backends import Backends
from services.session_driver.terminal.node_host import NodeHost
from services.session_driver.terminals import OpenTerminals


async def restart(outcomes, terminals, place):
    around = Surroundings(place.home.run, {}, 0, (), 50)
    openings = Openings(terminals, around, Backends(pty=NodeHost(place)))
    driver = Driver(outcomes, terminals, openings, load_rules([builtin_layer()]))
    await Restart(driver, Control(terminals), 0, "1").take_charge([])


def an_hour_ago():
    return datetime.now(UTC) - timedelta(hours=1)


async def test_a_driver_with_a_slow_clock_knows_the_time_before_it_acts(broker, place):
    """As in a stack, where another connection reads: often enough for the two to be in a race."""
    async with broker.connect("mcp_front") as reads, broker.connect("session_driver") as says:
        for node in (f"slow{number}" for number in range(20)):
            clock, before = Clock(an_hour_ago), datetime.now(UTC)
            async with background() as tasks:
                reader = Projector(Log(reads, node, clock, "x"), Fold(fold.initial, fold.evolve))
                tasks.start(reader.run())
                log = Log(says, node, clock, "session_driver")
                await restart(Outcomes(log, reader), OpenTerminals(log, tasks, b""), place)
            assert clock.now() >= before
