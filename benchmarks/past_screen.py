"""read_screen a million lines back over stdio, beside a raw read of the records it is made of."""

import asyncio
import statistics
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from benchmarks.stack import Stack, stack
from services.runtime.config import Home
from services.runtime.log import Log
from services.runtime.settings import Clustering, Config
from services.runtime.station import Station
from services.session_driver.playback import Piece, piece_at, pieces
from services.session_driver.replay import WHOLE

LINES, BETWEEN, PLACES = 1_000_000, 2_500, 40
"""Lines printed after the last place, and after each of them; at how many places to look."""
GOAL = 200


async def main() -> None:
    """Print how long the tool takes, and how long its records alone."""
    looks: list[float] = []
    floor: list[float] = []
    async with stack(1) as running, log_of(running) as log:
        for seq in await printed(running):
            last = await piece_at(log, running.sessions[0], await shown(running, seq))
            assert last
            looks.append(await taken(lambda seq=seq: shown(running, seq)))
            floor.append(await taken(lambda last=last: raw(running, log, last)))
    median, floor_median = statistics.median(looks), statistics.median(floor)
    print(
        f"screen   {median:.1f} ms median, {max(looks):.1f} ms most, {LINES} lines back "
        f"(goal {GOAL}); {median / floor_median:.1f} times its records read raw, "
        f"{floor_median:.1f} ms"
    )


async def printed(running: Stack) -> list[int]:
    """Print many lines; return the positions of the log to look back to."""
    places = [await run(running, BETWEEN) for _ in range(PLACES)]
    await run(running, LINES)
    return places


async def run(running: Stack, lines: int) -> int:
    done = await running.tool(
        "run_command", session_id=running.sessions[0], command=f"seq 1 {lines}", wait_ms=45000
    )
    assert done.get("exit_code") == 0, done
    return done["seq"]


async def shown(running: Stack, seq: int) -> int:
    """Have a past screen shown and return how much was printed by then."""
    screen = await running.tool("read_screen", session_id=running.sessions[0], at_seq=seq)
    assert f"\n{BETWEEN}" in screen["untrusted_output"]["text"], screen
    return screen["at_offset"]


async def raw(running: Stack, log: Log, last: Piece) -> None:
    """Read the records that a screen is made of, and do nothing with them."""
    async for piece in pieces(log, running.sessions[0], last.base, WHOLE):
        if piece.sequence >= last.sequence:
            return


async def taken(work: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await work()
    return (time.perf_counter() - began) * 1000


@asynccontextmanager
async def log_of(running: Stack) -> AsyncGenerator[Log]:
    """Log in to the broker of the stack as its driver does."""
    config = Config(clustering=Clustering(broker_port=0))
    station = Station(Home(Path(running.folder)), config, asyncio.Event())
    async with station.log("session_driver") as log:
        yield log
