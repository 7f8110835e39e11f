"""A person at a terminal of their own in which a real tmux client runs."""

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from services.session_driver.terminal.host import Spawn
from tests.support.own_pty import spawn_pty
from tests.support.views import Person
from tests.system import NODE, System

DETACH = b"\x02d"
TAKE = b"\x02t"
RETURN = b"\x02r"
PROMPT = "@"
"""What the prompt of a shell shows, and nothing else does."""


@asynccontextmanager
async def tmux_client(socket: Path, *target: str, sees: str = "") -> AsyncGenerator[Person]:
    """Attach, and wait until a text is shown."""
    person = Person(100, 24)
    argv = ["tmux", "-S", str(socket), "-f", "/dev/null", "attach", *target]
    env = {"PATH": os.environ["PATH"], "HOME": "/", "TERM": "xterm-256color", "LANG": "C.UTF-8"}
    person.pty = await spawn_pty(Spawn(argv, env, "/"), (100, 24), person.show)
    try:
        await person.sees(sees)
        yield person
    finally:
        await person.pty.close()
        person.screen.close()


def socket_of(system: System) -> Path:
    """Return where the tmux server of a system's driver answers."""
    return system.broker.home.run / f"tmux.{NODE}"


@asynccontextmanager
async def attached(system: System, session: str, *flags: str) -> AsyncGenerator[Person]:
    """Attach to a session of a driver, and wait for its prompt."""
    where = socket_of(system)
    async with tmux_client(where, *flags, "-t", session, sees=PROMPT) as person:
        yield person
