"""A terminal on a session that the person of the iTerm2 test server opened."""

import asyncio
import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from services.runtime.background import Background, background
from services.session_driver.terminal.capture import Capture
from services.session_driver.terminal.iterm2.adopted import AdoptedSession
from services.session_driver.terminal.iterm2.backend import ITerm2
from services.session_driver.terminal.iterm2.place import Place
from services.session_driver.terminal.memory import Identity, encoded
from services.session_driver.terminal.run import Ending, Run
from services.session_driver.terminal.session import Terminal
from tests.iterm2_server.server import Server
from tests.iterm2_server.session import Session
from tests.support.iterm2 import ready

PATIENCE = 20.0


@dataclass
class Adoption:
    """A driver's part: its backend and the terminal on the adopted session."""

    server: Server
    session: Session
    backend: ITerm2
    terminal: Terminal
    host: AdoptedSession
    printed: bytearray

    async def run(self, command: str) -> tuple[Ending, Run]:
        """Type a command at the prompt and wait for its end."""
        assert await self.terminal.ready(PATIENCE)
        run = await self.terminal.run(f"{command}\r".encode(), Capture(b"key"))
        ending = await run.wait(PATIENCE)
        assert ending is not None, self.printed
        return ending, run

    async def output(self, command: str, limit: int = 1000) -> str:
        """Return what a command printed."""
        _, run = await self.run(command)
        return run.capture.excerpt(limit).head


def place_of(server: Server, cookie: str | None = None) -> Place:
    """Return how the driver finds this server."""
    given = dict(server.environment())
    if cookie is not None:
        given["ITERM2_COOKIE"] = cookie
    return Place.of({**given, "PATH": f"{server.place.home}/bin:/usr/bin:/bin"})


def identity_for(session_id: str = "s1", nonce: str = "") -> Identity:
    """Return who the terminal belongs to: ann."""
    return Identity(
        session_id=session_id,
        epoch="e1",
        owner="ann",
        nonce=nonce or secrets.token_hex(16),
        shell="bash",
        requested={},
    )


@asynccontextmanager
async def driver(server: Server, folder: Path) -> AsyncGenerator[tuple[ITerm2, Background]]:
    """Run the backend as a driver does; leaving is being killed."""
    async with background() as tasks:
        backend = ITerm2(place_of(server), folder, tasks)
        try:
            yield backend, tasks
        finally:
            backend.close()


@asynccontextmanager
async def adopted(server: Server, folder: Path) -> AsyncGenerator[Adoption]:
    """Adopt the first session once its shell shows a prompt."""
    session = await ready(server) if server.world.desk.person.integration else first(server)
    async with driver(server, folder) as (backend, _):
        terminal = Terminal(identity_for(), session.size)
        printed = bytearray()
        terminal.subscribe(lambda _, data: printed.extend(data))
        host = await backend.adopt(session.id, encoded(terminal.identity), terminal.absorb)
        assert isinstance(host, AdoptedSession)
        terminal.live_on(host)
        terminal.subscribe(lambda offset, data: host.ack(offset + len(data)))
        yield Adoption(server, session, backend, terminal, host, printed)
        terminal.screen.close()


def first(server: Server) -> Session:
    """Return the first session."""
    return next(server.app.sessions())


async def bounded(work: asyncio.Future[int] | asyncio.Task[int]) -> int:
    """Wait for a number, not for ever."""
    async with asyncio.timeout(PATIENCE):
        return await asyncio.shield(work)
