"""Each backend of terminals on a place of the tests' own, and the driver that comes after."""

import os
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from services.runtime.background import background
from services.session_driver.terminal.host import Backend
from services.session_driver.terminal.host_start import HostPlace
from services.session_driver.terminal.node_host import NodeHost
from services.session_driver.terminal.tmux.backend import TmuxBackend
from services.session_driver.terminal.tmux.server import TmuxPlace
from tests.iterm2_server.server import Options
from tests.support.iterm2 import running_server
from tests.support.persons_iterm2 import PersonsITerm2


def tmux_place(place: HostPlace) -> TmuxPlace:
    """Return where the tmux server of a place is."""
    env = {"PATH": os.environ["PATH"], "HOME": str(place.home.root)}
    return TmuxPlace(place.home.run, place.node, env)


class Drivers:
    """Backends one after the other, as of drivers that are killed and started again."""

    def __init__(self, place: HostPlace, new: Callable[[], Backend]) -> None:
        self.place = place
        self._new = new
        self.now = new()

    def next(self) -> Backend:
        """Leave as a killed driver does, and return the backend of the one after it."""
        self.now.close()
        self.now = self._new()
        return self.now


@asynccontextmanager
async def drivers_on(name: str, place: HostPlace) -> AsyncGenerator[Drivers]:
    """Yield the drivers of a place; its terminals end with the block."""
    async with AsyncExitStack() as stack:
        drivers = Drivers(place, await _maker(name, place, stack))
        try:
            yield drivers
        finally:
            await drivers.now.found()
            await drivers.now.stop()
            drivers.now.close()


async def _maker(name: str, place: HostPlace, stack: AsyncExitStack) -> Callable[[], Backend]:
    """Return what makes the backend of the next driver."""
    if name == "iterm2":
        server = await stack.enter_async_context(running_server(Options(windows=0)))
        tasks = await stack.enter_async_context(background())
        return lambda: PersonsITerm2(server, place.home.state / "iterm2", tasks)
    if name == "tmux":
        tasks = await stack.enter_async_context(background())
        return lambda: TmuxBackend(tmux_place(place), tasks)
    return lambda: NodeHost(place)
