"""Fifty sessions in which nothing happens: what they cost in processor time and memory."""

import asyncio

import psutil

from benchmarks.stack import Stack, stack

SESSIONS, FIRST = 50, 5
"""Sessions, and how many of them are open before memory is compared."""
SETTLE, WATCHED = 10.0, 30.0
"""Seconds until what opening left behind is done, and in which the processor is looked at."""


async def main() -> None:
    """Print both."""
    async with stack(FIRST) as running:
        few = running.resident()
        await running.open(SESSIONS - FIRST)
        await asyncio.sleep(SETTLE)
        each = (running.resident() - few) / (SESSIONS - FIRST)
        share = await _busy(running)
    print(
        f"idle     {SESSIONS} sessions: {share:.1%} of a core (goal 2%), "
        f"{each:.2f} MiB for each besides its shell"
    )


async def _busy(running: Stack) -> float:
    """Return the part of one core that all processes use."""
    processes = list(running.processes())
    before = sum(map(_spent, processes))
    await asyncio.sleep(WATCHED)
    return (sum(map(_spent, processes)) - before) / WATCHED


def _spent(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system
