import asyncio

import pytest

from services.runtime.log import LogRefused, LogUnavailable
from services.runtime.writable import check_writable
from tests.support.logs import administer, silent


async def test_a_log_that_takes_events_is_known_without_storing_one(own_broker):
    async with own_broker.connect("mcp_front") as front:
        await check_writable(front)
    info = await administer(own_broker, "STREAM.INFO.EVENTS")
    assert info["state"]["last_seq"] == 0


async def test_a_broker_without_the_log_takes_no_events(own_broker):
    await administer(own_broker, "STREAM.DELETE.EVENTS")
    async with own_broker.connect("mcp_front") as front:
        with pytest.raises(LogUnavailable):
            await check_writable(front)


async def test_who_may_not_publish_learns_that_nothing_can_be_written(own_broker):
    async with own_broker.connect("console") as console:
        with pytest.raises(LogUnavailable):
            await check_writable(console, patience=0.3)


async def test_a_sealed_log_takes_no_events(own_broker):
    info = await administer(own_broker, "STREAM.INFO.EVENTS")
    await administer(own_broker, "STREAM.UPDATE.EVENTS", info["config"] | {"sealed": True})
    async with own_broker.connect("mcp_front") as front:
        with pytest.raises(LogRefused):
            await check_writable(front)


async def test_a_silent_broker_is_found_out_within_a_second(own_broker):
    async with own_broker.connect("mcp_front") as front, asyncio.timeout(1.5):
        with silent(own_broker), pytest.raises(LogUnavailable):
            await check_writable(front)
