"""The unmodified `iterm2` package as a client of the test server."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import iterm2
import pytest
from iterm2 import api_pb2 as api

from tests.iterm2_server.server import Options, Server, iterm2_server
from tests.iterm2_server.session import Session

PATIENCE = 10.0
PAUSE = 0.01


@asynccontextmanager
async def running_server(options: Options | None = None) -> AsyncGenerator[Server]:
    """Run a server in a home folder whose name is short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="it-") as home:
        async with iterm2_server(Path(home), options or Options(undo_seconds=0.05)) as server:
            yield server


@asynccontextmanager
async def connected(server: Server) -> AsyncGenerator[iterm2.Connection]:
    """Connect; afterwards nothing of this connection is left in the package."""
    with pytest.MonkeyPatch.context() as variables:
        for name, value in server.environment().items():
            variables.setenv(name, value)
        connection = await iterm2.Connection.async_create()
    reading = connection._Connection__dispatch_forever_future
    try:
        yield connection
    finally:
        reading.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await reading
        await connection.websocket.close()
        iterm2.app.invalidate_app()
        iterm2.notifications._handlers.clear()


async def ask(
    connection: iterm2.Connection, request: api.ClientOriginatedMessage
) -> api.ServerOriginatedMessage:
    """Send one message as it is, and return its answer."""
    request.id = id(request)
    await connection.async_send_message(request)
    async with asyncio.timeout(PATIENCE):
        return await connection.async_dispatch_until_id(request.id)


async def until(happened: Callable[[], bool] | Callable[[], Awaitable[bool]]) -> None:
    """Wait until something is so, with a bound."""
    async with asyncio.timeout(PATIENCE):
        while True:
            answer = happened()
            if await answer if isinstance(answer, Awaitable) else answer:
                return
            await asyncio.sleep(PAUSE)


def shown(session: Session) -> str:
    """Return everything that a session has printed and still has."""
    grid = session.grid
    return grid.text((0, grid.overflow), (grid.size[0], grid.above + grid.size[1] - 1))


async def ready(server: Server) -> Session:
    """Return the first session once its shell shows a prompt."""
    session = next(server.app.sessions())
    await until(lambda: session.prompts.in_command)
    return session
