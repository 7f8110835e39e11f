"""Memory: of the whole stack with ten sessions, and of the broker for a million events."""

import asyncio
import tempfile
from pathlib import Path

import psutil
from nats.aio.client import Client

from benchmarks.stack import stack
from benchmarks.timing import timed
from events.calls import ToolCallServed
from events.codec import encode
from services.runtime import broker
from services.runtime.config import Home
from services.runtime.connection import connect
from services.runtime.settings import Clustering, Config
from services.runtime.streams import provision

SESSIONS, FILLED, MORE = 10, 50_000, 200_000
"""Sessions of the stack, events that fill the broker's buffers first, and those that count."""
LOOKS = 5
"""How often, at one second's distance, an idle broker is looked at."""


async def main() -> None:
    """Print both."""
    async with stack(SESSIONS) as running:
        for lane in range(SESSIONS):
            await timed(running.call, lane, 20)
        held = f"{running.resident():.0f} MiB (goal 200 MB)"
        print(f"memory   {held}: stack, broker, front; {SESSIONS} sessions")
    print(f"memory   {await per_million():.0f} MiB of the broker for a million events (goal 120)")


async def per_million() -> float:
    """Return how many MiB the broker holds for a million events of a thousand sessions.

    Each time it is started anew and left alone: what it holds while it takes events is mostly
    what Go has not given back yet, and differs tenfold from one run to the next.
    """
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        before, after = await _filled(home, FILLED), await _filled(home, MORE)
        return (after - before) / MORE * 1_000_000


async def _filled(home: Home, events: int) -> float:
    """Add events; return the MiB of a broker that was started on all of them."""
    config = Config(clustering=Clustering(broker_port=0))
    async with broker.running_broker(home, config) as at:
        async with connect(broker.login(home, at, "operator")) as operator:
            await provision(operator, config.clustering)
        await _fill(home, at, events)
    async with broker.running_broker(home, config) as at:
        looks: list[float] = []
        for _ in range(LOOKS):
            await asyncio.sleep(1)
            looks.append(_resident(at.pid))
        return min(looks)


async def _fill(home: Home, at: broker.BrokerAddress, events: int) -> None:
    async with connect(broker.login(home, at, "mcp_front")) as front:
        for first in range(0, events, 500):
            numbers = range(first, first + 500)
            await asyncio.gather(*(_append(front, number) for number in numbers))


async def _append(front: Client, number: int) -> None:
    session = f"s{number % 1000}"
    fact = ToolCallServed(session_id=session, principal="bench", tool="read_screen")
    await front.request(f"evt.local.{session}.call-served", encode(fact), timeout=30)


def _resident(pid: int) -> float:
    return psutil.Process(pid).memory_info().rss / 2**20
