"""A screen a million lines back, beside a raw read of the very records that it is made of."""

import statistics
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from events.subjects import recording_of
from services.contract.terminal import ReadPastScreen
from services.runtime import broker
from services.runtime.clock import Clock
from services.runtime.config import Home
from services.runtime.connection import connect
from services.runtime.log import Log
from services.runtime.settings import Clustering, Config
from services.runtime.streams import provision
from services.session_driver.playback import piece_at, pieces
from services.session_driver.recorder import Recorder, Source
from services.session_driver.replay import WHOLE, screen_at
from services.session_driver.terminal.screen import Screen
from tests.support.logs import running

LINES, AT_ONCE, PLACES = 1_000_000, 500, 40
"""Lines printed after the oldest place, how many in one piece, and at how many places to look."""
GOAL = 200
SESSION = "s1"
EVERYTHING = 1 << 40


async def main() -> None:
    """Print how long the screens take, and how long their records alone."""
    with tempfile.TemporaryDirectory() as folder:
        async with printed(Home(Path(folder))) as (log, end):
            # from the newest pictures to those a million lines back, each in a turn of its own
            offsets = [end * place // (PLACES * 20) for place in range(1, PLACES + 1)]
            looks, floor = await in_turns(log, offsets)
    median, floor_median = statistics.median(looks), statistics.median(floor)
    print(
        f"screen   {median:.1f} ms median, {max(looks):.1f} ms most, {LINES} lines back "
        f"(goal {GOAL}); {median / floor_median:.1f} times its records read raw, "
        f"{floor_median:.1f} ms"
    )


async def in_turns(log: Log, offsets: list[int]) -> tuple[list[float], list[float]]:
    """Return the milliseconds of each screen, and of the read of its records."""
    looks: list[float] = []
    floor: list[float] = []
    for offset in offsets:
        last = await piece_at(log, SESSION, offset)
        assert last
        looks.append(await taken(lambda at=offset: shown(log, at)))
        floor.append(await taken(lambda last=last: raw(log, last.base, last.sequence)))
    return looks, floor


async def shown(log: Log, offset: int) -> None:
    question = ReadPastScreen(session_id=SESSION, offset=offset)
    assert await screen_at(log, question)


async def raw(log: Log, first: int, last: int) -> None:
    async for piece in pieces(log, SESSION, first, WHOLE):
        if piece.sequence >= last:
            return


async def taken(work: Callable[[], Awaitable[None]]) -> float:
    began = time.perf_counter()
    await work()
    return (time.perf_counter() - began) * 1000


@asynccontextmanager
async def printed(home: Home) -> AsyncGenerator[tuple[Log, int]]:
    """Record a terminal that prints more than a million lines; gives the log and its end."""
    config = Config(clustering=Clustering(broker_port=0))
    async with broker.running_broker(home, config) as at:
        async with connect(broker.login(home, at, "operator")) as operator:
            await provision(operator, config.clustering)
        async with connect(broker.login(home, at, "session_driver")) as client:
            log = Log(client, config.clustering.node, Clock(), "session_driver")
            yield log, await record(log)


async def record(log: Log) -> int:
    """Print through a screen that pictures are taken of, as a terminal of the driver does."""
    screen, offset = Screen(80, 24), 0
    source = Source("e1", lambda: screen.size, screen.keyframe, lambda _: None)
    subject = recording_of(log.node, SESSION)
    recorder = Recorder(log.client, subject, source, EVERYTHING)
    async with running(recorder.run()):
        for first in range(0, LINES * 21 // 20, AT_ONCE):
            numbers = range(first, first + AT_ONCE)
            data = b"".join(b"line %d \x1b[32mof many\x1b[0m\r\n" % number for number in numbers)
            recorder.take(offset, data)
            screen.feed(data)
            offset += len(data)
            await recorder.stored(max(0, offset - 1_000_000))
        await recorder.stored(offset)
    screen.close()
    return offset
