"""A hundred megabytes through one session: how fast, and with how much memory at the most.

The floor is the same command on a terminal of our own that is only read and counted.
"""

import asyncio
import os
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from benchmarks.stack import Stack, stack
from services.runtime.background import background
from services.session_driver.terminal.host import Spawn
from tests.support.own_pty import spawn_pty

MB = 1_000_000
PRINTED = 84_888_897 + 2 * 12_000_000  # digits, CR and LF
ROUNDS = 3
LOOK_EVERY = 0.05
LINES = "seq 1 12000000"


async def main() -> None:
    """Take the two in turns and print both, and the highest memory meanwhile."""
    low: list[float] = []
    ours: list[float] = []
    async with stack(1) as running, watched(running) as seen:
        for _ in range(ROUNDS):
            low.append(await _speed(_alone))
            ours.append(await _speed(lambda: _recorded(running)))
    ratio = statistics.median(ours) / statistics.median(low)
    print(
        f"output   {statistics.median(ours):.0f} MB/s, {ratio:.0%} of a terminal that is only read "
        f"({statistics.median(low):.0f} MB/s); memory {seen[0]:.0f} -> at most {max(seen):.0f} MiB"
    )


@asynccontextmanager
async def watched(running: Stack) -> AsyncIterator[list[float]]:
    """Collect the memory of the stack while the block runs."""
    seen = [running.resident()]

    async def look() -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            seen.append(await asyncio.to_thread(running.resident))

    async with background() as tasks:
        tasks.start(look())
        yield seen


async def _speed(printing: Callable[[], Awaitable[int]]) -> float:
    began = time.perf_counter()
    printed = await printing()
    assert printed == PRINTED, printed
    return printed / MB / (time.perf_counter() - began)


async def _alone() -> int:
    counted: list[int] = []
    spawn = Spawn(("sh", "-c", LINES), dict(os.environ), "/")
    pty = await spawn_pty(spawn, (120, 32), lambda data: counted.append(len(data)))
    await pty.wait()
    await pty.close()
    return sum(counted)


async def _recorded(running: Stack) -> int:
    result = await running.tool(
        "run_command", session_id=running.sessions[0], command=LINES, wait_ms=45000
    )
    assert result.get("exit_code") == 0, result
    return result["untrusted_output"]["total_bytes"]
