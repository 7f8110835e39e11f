"""python -m benchmarks [NAME ...]: prints the figures as ratios to a floor."""

import argparse
import asyncio
from functools import partial

from benchmarks import calls, hosts, idle, iterm2_host, memory, output, past_screen, soak


async def main() -> None:
    """Run what was asked for, all if nothing was."""
    benchmarks = {
        "calls": calls.main,
        "hosts": hosts.main,
        "iterm2_host": iterm2_host.main,
        "memory": memory.main,
        "idle": idle.main,
        "output": output.main,
        "past_screen": past_screen.main,
        "soak": soak.main,
    }
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("which", nargs="*", choices=list(benchmarks), default=list(benchmarks))
    parser.add_argument("--rounds", type=int, default=20, help="rounds of 25 calls each")
    given = parser.parse_args()
    benchmarks["calls"] = partial(calls.main, given.rounds)
    for name in given.which:
        await benchmarks[name]()


asyncio.run(main())
