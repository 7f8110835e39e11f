"""Who is attached to the sessions of our server, and who of them wants the keyboard."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from services.runtime.background import Background
from services.runtime.tmux import TmuxUnavailable
from services.session_driver.terminal.host import Company, Guest
from services.session_driver.terminal.tmux.lease import ASKS, HELD, HUB, Ask, guest_of
from services.session_driver.terminal.tmux.pane import TmuxPane
from services.session_driver.terminal.tmux.server import OwnServer
from services.session_driver.terminal.tmux.words import TmuxGone, TmuxRefused

logger = logging.getLogger(__name__)
CLIENTS: Final = (
    "client #{session_name} #{client_pid} #{client_uid} #{?client_readonly,0,1} #{client_name}"
)
SESSIONS: Final = f"session #{{session_name}} #{{key-table}} #{{{ASKS}}}"


class _Session(NamedTuple):
    """A session of the server: whether keys go straight through, and who asks for what."""

    held: bool
    ask: Ask | None


class Attendance:
    """Looks whenever the bell rings: at keys, and when clients come and go."""

    def __init__(self, server: OwnServer, panes: Sequence[TmuxPane], tasks: Background) -> None:
        self._server = server
        self._panes = panes
        self._tasks = tasks
        self._news = asyncio.Event()
        self._answering: set[str] = set()

    def look(self) -> None:
        """Look soon: something may have changed."""
        self._news.set()

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await self._news.wait()
            self._news.clear()
            try:
                await self._look()
            except (TmuxGone, TmuxRefused, TmuxUnavailable) as error:
                logger.info("nobody is attached: %s", error)  # its end is told elsewhere

    async def _look(self) -> None:
        lines = await self._server.ask(
            *("list-clients", "-F", CLIENTS, ";", "list-sessions", "-F", SESSIONS)
        )
        guests, sessions = _guests(lines), dict(map(_session, _of("session", lines)))
        for pane in [pane for pane in self._panes if not pane.borrowed]:
            pane.guests.are(guests[pane.name])
            if session := sessions.get(pane.name):
                await self._attend(pane, session)

    async def _attend(self, pane: TmuxPane, session: _Session) -> None:
        company = pane.guests.company
        if company is None:  # not a session yet, or not any more
            return
        if session.ask is None:
            if session.held and not company.has_control:
                await pane.guests.guard()  # an earlier driver ended before it did so
        elif pane.name not in self._answering:
            self._answering.add(pane.name)
            self._tasks.start(self._answer(pane, company, session.ask))

    async def _answer(self, pane: TmuxPane, company: Company, ask: Ask) -> None:
        try:
            deeds = {"type": company.types, "take": company.takes, "return": company.returns}
            await deeds.get(ask.what, company.takes)(ask.guest)
            await pane.admit(ask.channel)
            await self._server.bind()
        except (TmuxGone, TmuxRefused) as error:
            logger.info("%s is not answered: %s", ask.guest.name, error)
        finally:
            self._answering.discard(pane.name)
        self.look()


def _of(kind: str, lines: Iterable[str]) -> list[str]:
    return [line.removeprefix(f"{kind} ") for line in lines if line.startswith(f"{kind} ")]


def _guests(lines: Iterable[str]) -> dict[str, list[Guest]]:
    guests: dict[str, list[Guest]] = defaultdict(list)
    for session, _, who in (line.partition(" ") for line in _of("client", lines)):
        if session != HUB:
            guests[session].append(guest_of(who))
    return guests


def _session(line: str) -> tuple[str, _Session]:
    name, table, asks = line.split(" ", 2)
    return name, _Session(table == HELD, Ask.told(asks))
