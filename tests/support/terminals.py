"""Live terminals on a terminal-host of the tests' own."""

import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

from services.session_driver.terminal.host import Backend
from services.session_driver.terminal.host_start import HostPlace
from services.session_driver.terminal.memory import Identity, encoded
from services.session_driver.terminal.session import Terminal
from services.session_driver.terminal.shells import Opening
from tests.support.backends import drivers_on
from tests.support.persons_iterm2 import PersonsITerm2

type Shells = Callable[[Opening], Awaitable[Terminal]]


@asynccontextmanager
async def shells_on(place: HostPlace, backend: str = "pty") -> AsyncGenerator[Shells]:
    """Yield what opens terminals; they are ended with the block."""
    terminals: list[Terminal] = []
    async with drivers_on(backend, place) as drivers:

        async def opened(opening: Opening) -> Terminal:
            terminal = await _opened(opening, drivers.now)
            terminal.subscribe(lambda offset, data: terminal.host.ack(offset + len(data)))
            terminals.append(terminal)
            return terminal

        try:
            yield opened
        finally:
            for terminal in terminals:
                await terminal.close()


async def _opened(opening: Opening, backend: Backend) -> Terminal:
    identity = identity_of(opening)
    if not isinstance(backend, PersonsITerm2):
        return await Terminal.open(opening, identity, backend)
    terminal = Terminal(identity, (opening.cols, opening.rows))
    terminal.live_on(await backend.shell(opening, encoded(identity), terminal.absorb))
    return terminal


def identity_of(opening: Opening) -> Identity:
    """Return who the terminal belongs to: ann."""
    return Identity(
        session_id=opening.session_id,
        epoch="e1",
        owner="ann",
        nonce=secrets.token_hex(16),
        shell=opening.shell,
        requested=dict(opening.requested),
    )
