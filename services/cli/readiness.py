"""Whether this stack takes calls: its parts are asked whenever somebody wants to know."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Final

import msgspec

from services.cli.health import ANSWERING, answers
from services.runtime.connection import Client
from services.runtime.health import READY, Check, answering_health
from services.runtime.log import LogFull, LogRefused, LogUnavailable
from services.runtime.room import Room
from services.runtime.station import Station
from services.runtime.writable import check_writable

NAME: Final = "health"
HOST: Final = "127.0.0.1"
"""Never that of the MCP endpoint, which others may reach: here nobody needs a key."""


class _Asked(msgspec.Struct, frozen=True):
    """Whose eyes we look with: the front's rights to publish, the inspector's to ask services."""

    front: Client
    room: Room
    inspector: Client


class Readiness:
    """What works of a stack; nothing does before `run` has connected."""

    def __init__(self, parts: tuple[str, ...]) -> None:
        self.url = ""
        self.working: set[str] = set()
        self._parts = parts
        self._asked: _Asked | None = None

    async def run(self, station: Station, ready: Callable[[str], None]) -> None:
        """Be able to ask, until the station stops."""
        async with station.log("mcp_front") as log, station.log("inspector") as inspector:
            self._asked = _Asked(log.client, Room(log.client), inspector.client)
            ready(NAME)
            try:
                await station.stopping.wait()
            finally:
                self._asked = None

    async def of(self, name: str, part: Awaitable[None]) -> None:
        """Run a part of the stack: whatever it ends with, it no longer works then."""
        try:
            await part
        finally:
            self.working.discard(name)

    def checks(self) -> dict[str, Check]:
        """Return what has to be well, by its name."""
        return {"log": self._log, **{name: partial(self._part, name) for name in self._parts}}

    async def _log(self) -> str:
        if self._asked is None:
            return "the stack starts or stops"
        try:
            await check_writable(self._asked.front)
            await self._asked.room.check()
        except LogUnavailable:
            return "the broker does not answer"
        except LogRefused:
            return "the broker takes no events"
        except LogFull as full:
            return f"{full}, and takes no new calls"
        return ""

    async def _part(self, name: str) -> str:
        if name not in self.working:
            return "does not run"
        if name not in ANSWERING or self._asked is None:
            return ""
        return "" if await answers(self._asked.inspector, name) else "does not answer"


@asynccontextmanager
async def telling_health(port: int, parts: tuple[str, ...]) -> AsyncGenerator[Readiness]:
    """Answer about a stack of these parts while the block runs. Raises CannotTell."""
    readiness = Readiness(parts)
    async with answering_health(HOST, port, readiness.checks()) as bound:
        readiness.url = f"http://{HOST}:{bound}{READY}"
        yield readiness
