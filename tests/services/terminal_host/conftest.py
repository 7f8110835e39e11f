"""A terminal-host of its own for each test."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest

from services.session_driver.terminal.host_start import HostPlace
from services.session_driver.terminal.terminal_host import TerminalHost
from tests.support.terminal_host import a_place

type Connected = Callable[[], Awaitable[TerminalHost]]


@pytest.fixture
def place() -> Iterator[HostPlace]:
    """A home with no host yet."""
    with a_place() as place:
        yield place


@pytest.fixture
def losses() -> list[str]:
    """Why connections to the host ended."""
    return []


@pytest.fixture
async def connected(place: HostPlace, losses: list[str]) -> AsyncIterator[Connected]:
    """Connect one driver after the other."""
    hosts: list[TerminalHost] = []

    async def connect() -> TerminalHost:
        hosts.append(await TerminalHost.connect(place, losses.append))
        return hosts[-1]

    yield connect
    for host in hosts:
        host.close()


@pytest.fixture
async def host(connected: Connected) -> TerminalHost:
    """A host with a driver connected to it."""
    return await connected()
