"""A test server and a client of its own for each test."""

from collections.abc import AsyncGenerator

import iterm2
import pytest
import pytest_asyncio

from tests.iterm2_server.server import Options, Server
from tests.support.iterm2 import connected, running_server


@pytest.fixture
def options() -> Options:
    return Options(undo_seconds=0.05)


@pytest_asyncio.fixture
async def server(options: Options) -> AsyncGenerator[Server]:
    async with running_server(options) as running:
        yield running


@pytest_asyncio.fixture
async def client(server: Server) -> AsyncGenerator[iterm2.Connection]:
    async with connected(server) as connection:
        yield connection
