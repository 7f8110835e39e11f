"""Calls timed one after the other, and many at once."""

import asyncio
import time
from collections.abc import Awaitable, Callable

type Call = Callable[[int], Awaitable[None]]
"""Makes one call in the given lane."""


async def timed(call: Call, lane: int, count: int) -> list[float]:
    """Return the milliseconds of each of `count` calls, one after the other."""
    times: list[float] = []
    for _ in range(count):
        began = time.perf_counter()
        await call(lane)
        times.append((time.perf_counter() - began) * 1000)
    return times


async def rate(call: Call, lanes: int, count: int) -> float:
    """Return calls per second with so many lanes at once, `count` calls in each."""
    began = time.perf_counter()
    await asyncio.gather(*(timed(call, lane, count) for lane in range(lanes)))
    return lanes * count / (time.perf_counter() - began)
