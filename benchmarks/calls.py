"""How long a recorded, reviewed command takes, beside the floor measured in the same run.

`echo hi` over stdio: p50 and p95 one after the other, calls per second 16 at once. The two are
interleaved, so that both meet the same disk and the same neighbours.
"""

import statistics

from benchmarks.floor import floor
from benchmarks.stack import stack
from benchmarks.stages import stages
from benchmarks.timing import rate, timed

PARALLEL, WARM = 16, 20


async def main(rounds: int) -> None:
    """Measure both, interleaved, and print the ratios."""
    low: tuple[list[float], list[float]] = ([], [])
    ours: tuple[list[float], list[float]] = ([], [])
    async with floor() as base, stack(PARALLEL) as running:
        for which in (base, running.call):
            await timed(which, 0, WARM)
        for _ in range(rounds):
            low[0].extend(await timed(base, 0, 25))
            ours[0].extend(await timed(running.call, 0, 25))
        where = stages(await running.log(4 * 25 * rounds))
        for _ in range(max(3, rounds // 4)):
            low[1].append(await rate(base, PARALLEL, 10))
            ours[1].append(await rate(running.call, PARALLEL, 10))
    print(_row("floor", *low))
    print(_row("eim", *ours))
    latency = (p50 := statistics.median(ours[0])) / statistics.median(low[0])
    share = statistics.median(ours[1]) / statistics.median(low[1])
    print(f"ratio    p50 {latency:.2f} x the floor (goal 1.3), rate {share:.0%} of it (goal 70%)")
    where["MCP, the request in the log, the answer"] = p50 - sum(where.values())
    print("stages   " + ", ".join(f"{stage} {took:.1f} ms" for stage, took in where.items()))


def _row(name: str, times: list[float], parallel: list[float]) -> str:
    p95 = statistics.quantiles(times, n=20)[-1]
    return (
        f"{name:8} p50 {statistics.median(times):7.2f} ms   p95 {p95:7.2f} ms   "
        f"{statistics.median(parallel):7.0f} calls/s at {PARALLEL}"
    )
