"""Each backend of terminals on a place of the tests' own, and the driver that comes after."""

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from services.runtime.background import Background, background
from services.session_driver.terminal.host import Backend
from services.session_driver.terminal.host_start import HostPlace
from services.session_driver.terminal.node_host import NodeHost
from services.session_driver.terminal.tmux.backend import TmuxBackend
from services.session_driver.terminal.tmux.server import TmuxPlace


def tmux_place(place: HostPlace) -> TmuxPlace:
    """Return where the tmux server of a place is."""
    env = {"PATH": os.environ["PATH"], "HOME": str(place.home.root)}
    return TmuxPlace(place.home.run, place.node, env)


class Drivers:
    """Backends one after the other, as of drivers that are killed and started again."""

    def __init__(self, name: str, place: HostPlace, tasks: Background) -> None:
        self.name = name
        self.place = place
        self._tasks = tasks
        self.now = self._new()

    def _new(self) -> Backend:
        if self.name == "tmux":
            return TmuxBackend(tmux_place(self.place), self._tasks)
        return NodeHost(self.place)

    def next(self) -> Backend:
        """Leave as a killed driver does, and return the backend of the one after it."""
        self.now.close()
        self.now = self._new()
        return self.now


@asynccontextmanager
async def drivers_on(name: str, place: HostPlace) -> AsyncGenerator[Drivers]:
    """Yield the drivers of a place; its terminals end with the block."""
    async with background() as tasks:
        drivers = Drivers(name, place, tasks)
        try:
            yield drivers
        finally:
            await drivers.now.found()
            await drivers.now.stop()
            drivers.now.close()
