"""`echo hi` on each host of terminals, beside a floor whose echo takes the same way."""

import statistics

from benchmarks.floor import floor
from benchmarks.stack import stack
from benchmarks.timing import timed

HOSTS = ("pty", "tmux")
ROUNDS, PER_ROUND, WARM = 8, 25, 20


async def main() -> None:
    """Print p50 and p95 of each host, and the ratio to its floor."""
    for host in HOSTS:
        low: list[float] = []
        ours: list[float] = []
        async with floor(host) as base, stack(1, backend=host) as running:
            for which in (base, running.call):
                await timed(which, 0, WARM)
            for _ in range(ROUNDS):
                low += await timed(base, 0, PER_ROUND)
                ours += await timed(running.call, 0, PER_ROUND)
        ratio = statistics.median(ours) / statistics.median(low)
        print(f"host     {host:5} {_times(ours)}; floor {_times(low)}; ratio {ratio:.2f}")


def _times(times: list[float]) -> str:
    p95 = statistics.quantiles(times, n=20)[-1]
    return f"p50 {statistics.median(times):.2f} ms p95 {p95:.2f} ms"
