"""Ten thousand calls, ten at once: not one may lack its output or its exit code."""

import asyncio
import time

from benchmarks.stack import stack

CALLS, LANES = 10_000, 10


async def main(calls: int = CALLS) -> None:
    """Print how long they took; each call is checked as it returns."""
    async with stack(LANES) as running:
        began, before = time.perf_counter(), running.resident()

        async def lane(number: int) -> None:
            for _ in range(calls // LANES):
                await running.call(number)

        await asyncio.gather(*(lane(number) for number in range(LANES)))
        took, after = time.perf_counter() - began, running.resident()
    print(
        f"soak     {calls} calls, each with its output and exit code, in {took:.0f} s "
        f"({calls / took:.0f}/s); memory {before:.0f} -> {after:.0f} MiB"
    )
