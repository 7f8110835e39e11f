"""A node has one reviewer, however it was started."""

import asyncio
import os

import pytest
from msgspec.structs import replace

from services.runtime.lock import Taken
from services.runtime.station import Station
from services.safety_reviewer.run import run
from tests.conftest import Broker


def station_at(broker: Broker) -> Station:
    clustering = replace(broker.config.clustering, nats_url=broker.address.url)
    return Station(broker.home, replace(broker.config, clustering=clustering), asyncio.Event())


class Working:
    """A reviewer that works, and can be ended."""

    def __init__(self, broker: Broker, group: asyncio.TaskGroup) -> None:
        self._station = station_at(broker)
        self._ready = asyncio.Event()
        self._task = group.create_task(run(self._station, lambda _: self._ready.set()))

    async def ready(self) -> None:
        async with asyncio.timeout(10):
            await self._ready.wait()

    async def stop(self) -> None:
        self._station.stopping.set()
        await self._task


async def test_a_second_reviewer_of_a_node_does_not_start(own_broker):
    async with asyncio.TaskGroup() as group:
        first = Working(own_broker, group)
        await first.ready()
        told = f"a safety reviewer of node test runs already, as process {os.getpid()}"
        with pytest.raises(Taken, match=told):
            await run(station_at(own_broker))
        await first.stop()


async def test_the_next_reviewer_starts_once_the_first_has_left(own_broker):
    async with asyncio.TaskGroup() as group:
        for _ in range(2):
            reviewer = Working(own_broker, group)
            await reviewer.ready()
            await reviewer.stop()
