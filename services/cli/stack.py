"""The whole stack in one process: broker, streams, and every service, each restarted alone."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from msgspec.structs import replace

from services.cli.readiness import NAME as HEALTH
from services.cli.readiness import Readiness, telling_health
from services.cli.record import Running, the_only_stack, write
from services.cli.supervision import Ready, Run, supervised
from services.mcp_front import run as mcp_front
from services.notifier import run as notifier
from services.runtime import broker
from services.runtime.background import background
from services.runtime.connection import connect
from services.runtime.station import Station
from services.runtime.streams import provision
from services.safety_reviewer import run as safety_reviewer
from services.session_driver import run as session_driver

logger = logging.getLogger(__name__)
READER = mcp_front.NAME
"""Whose login and file of folds the shared reader has: the front keeps the history of calls."""
PARTS = ("reader", session_driver.NAME, safety_reviewer.NAME, mcp_front.NAME)
"""What must work for a call to be taken, done and answered."""
LEAVE_WITHIN = 20.0
"""Seconds that a service has to leave in good order."""

type Told = Callable[[Running], None]


async def run_stack(
    station: Station, ready: Told = lambda _: None, viewer: Run | None = None
) -> None:
    """Run until the station stops; `ready` is told once everything answers.

    A viewer is started first and leaves last, so that it sees everything.

    Raises Taken, CannotTell, BrokerUnavailable, ProvisioningRefused, CannotStart.
    """
    home, config = station.home.create(), station.config
    with the_only_stack(home) as running:
        async with (
            telling_health(config.server.health_port, PARTS) as readiness,
            broker.running_broker(home, config) as at,
        ):
            async with connect(broker.login(home, at, "operator")) as operator:
                await provision(operator, config.clustering)
            async with station.log(READER) as log:
                shared = replace(station, shared=station.reader(log, READER))
                await _Services(shared, running, ready, readiness).run(viewer)


class _Services:
    """The services, started together and stopped one after the other.

    The driver leaves first: it ends its terminals, and what it then has to say must still be
    stored, and answered to those who wait for it.
    """

    def __init__(
        self, station: Station, running: Running, ready: Told, readiness: Readiness
    ) -> None:
        self._station = station
        self._running = replace(running, health=readiness.url)
        self._ready = ready
        self._readiness = readiness
        self._waited_for = {*PARTS, HEALTH}
        self._failure: Exception | None = None

    async def run(self, viewer: Run | None) -> None:
        async with asyncio.TaskGroup() as group:
            viewers = [self._start(group, "viewer", viewer)] if viewer else []
            reader = self._start(group, "reader", _read)
            driver = self._start(group, session_driver.NAME, session_driver.run)
            others = [
                self._start(group, safety_reviewer.NAME, safety_reviewer.run),
                self._start(group, mcp_front.NAME, mcp_front.run),
                self._start(group, HEALTH, self._readiness.run),
            ]
            if notifier.wanted(self._station.config.notifications):
                others.append(self._start(group, notifier.NAME, notifier.run))
            await self._station.stopping.wait()
            await _left([driver])
            await _left(others)
            await _left([reader, *viewers])
        if self._failure:
            raise self._failure

    def _start(self, group: asyncio.TaskGroup, name: str, run: Run) -> "_Member":
        own = replace(self._station, stopping=asyncio.Event())
        return own.stopping, group.create_task(self._member(name, run, own))

    async def _member(self, name: str, run: Run, own: Station) -> None:
        def part() -> Awaitable[None]:
            return self._readiness.of(name, run(own, self._noted(name)))

        try:
            await supervised(name, part, own.stopping, self._started)
        except Exception as error:  # noqa: BLE001 - raised again once all have left
            self._failure = error
            self._station.stopping.set()

    def _started(self) -> bool:
        return not self._waited_for

    def _noted(self, name: str) -> Ready:
        """Return what a service tells that it works; the last one makes the stack ready."""

        def works(said: str) -> None:
            if name == mcp_front.NAME:
                self._running = replace(self._running, url=said)
            self._readiness.working.add(name)
            was_started = self._started()
            self._waited_for.discard(name)
            if self._started():
                write(self._station.home, self._running)
            if self._started() and not was_started:
                self._ready(self._running)

        return works


async def _read(own: Station, ready: Ready) -> None:
    """Run the reader that the services share, until the stack stops."""
    if own.shared is None:
        raise ValueError("there is no shared reader")
    async with background() as tasks:
        tasks.start(own.shared.run())
        ready(PARTS[0])
        await own.stopping.wait()


type _Member = tuple[asyncio.Event, asyncio.Task[None]]


async def _left(members: list[_Member]) -> None:
    """Have services leave, and end those that do not."""
    for stopping, _ in members:
        stopping.set()
    tasks = [task for _, task in members]
    if tasks:
        await asyncio.wait(tasks, timeout=LEAVE_WITHIN)
    for task in (task for task in tasks if not task.done()):
        logger.error("a service did not leave within %.0f s and is ended", LEAVE_WITHIN)
        task.cancel()
