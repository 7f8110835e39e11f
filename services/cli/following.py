"""Prints events as they happen."""

import asyncio
from collections.abc import Callable

from events.recorded import Recorded
from services.cli.gathering import Gathering
from services.cli.line import in_colour, line
from services.cli.reading import extent
from services.runtime.follow import Follower
from services.runtime.log import Log
from services.runtime.station import Station


async def print_live(station: Station, ready: Callable[[str], None]) -> None:
    """Print each new event as one line until the station stops."""
    colour = in_colour()

    def show(recorded: Recorded, said: str) -> None:
        try:
            print(line(recorded, colour=colour, said=said), flush=True)
        except OSError:  # the terminal or pipe is gone: there is nobody to show anything to
            station.stopping.set()

    shown = Gathering(show)
    async with station.log("cli") as log:
        ready("viewer")
        await follow(log, (await extent(log)).state.last_seq, shown.take, station.stopping)
    shown.flush()


async def follow(
    log: Log, after: int, handle: Callable[[Recorded], None], stopping: asyncio.Event
) -> None:
    """Hand over each event after this one until told to stop. Raises LogGap."""
    follower = Follower(log, after, handle)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(follower.run())
        await stopping.wait()
        running.cancel()
