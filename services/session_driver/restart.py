"""What a new driver finds: terminals that went on, and commands whose end nobody saw."""

import asyncio
import logging
import platform
from collections.abc import Sequence

from events.actions import RequestHandoff, RunCommand
from events.calls import ToolCallOutcomeUnknown
from events.lifecycle import State
from events.nodes import NodeStarted, NodeStopped
from events.sessions import SessionLost
from projections.calls import Call
from projections.sessions import Session
from services.runtime.log import LogFull, LogUnavailable
from services.session_driver.closing import SHUTDOWN, until_closed
from services.session_driver.control import Control
from services.session_driver.playback import last_piece
from services.session_driver.reattachment import Reattachment, Unknowable, known
from services.session_driver.replay import screen_after, screen_digest
from services.session_driver.service import Driver
from services.session_driver.terminal.host import Host
from services.session_driver.terminals import OpenTerminals

logger = logging.getLogger(__name__)
PARTING = 8.0
"""Seconds that leaving may take."""
LOST = "The driver was restarted, and this terminal had ended with it."
NEVER_SEEN = "The driver was restarted, and nobody saw how this ended."


class Restart:
    """Takes charge of a node: terminals that outlived a driver go on, the rest is recorded."""

    def __init__(self, driver: Driver, control: Control, limit: int, version: str) -> None:
        self._driver = driver
        self._control = control
        self._terminals = driver.terminals
        self._fold = driver.outcomes.terminals
        self._limit = limit
        self._version = version

    async def take_charge(self, found: Sequence[Host]) -> None:
        """Go on with what outlived the last driver, and record what became of everything else."""
        await self._fold.ready()
        sessions = {each.session_id: each for each in self._fold.state.sessions.open(self._node)}
        for host in found:
            await self._reattach(host, sessions)
        for call in self._running():
            if not self._goes_on(call):
                await self._driver.outcomes.insist(await self._unknown(call))
        lost = [each for each in sessions.values() if not self._terminals.get(each.session_id)]
        for session in lost:
            await self._lose(session)
        started = await self._terminals.say(
            NodeStarted(
                version=self._version, platform=platform.platform(), lost_sessions=len(lost)
            )
        )
        # Read before the first clearance is: its time is the broker's, whatever our clock says.
        await self._fold.reached(started)

    def _goes_on(self, call: Call) -> bool:
        live = self._terminals.get(call.session_id)
        if live is None:
            return False
        return live.call_id == call.call_id or isinstance(call.action, RequestHandoff)

    @property
    def _node(self) -> str:
        return self._terminals.log.node

    def _running(self) -> list[Call]:
        calls = self._fold.state.calls.open.values()
        return [each for each in calls if each.node == self._node and each.state is State.RUNNING]

    async def _reattach(self, host: Host, sessions: dict[str, Session]) -> None:
        """Go on with a terminal of an open session; any other is ended."""
        identity = known(host)
        session = sessions.get(identity.session_id) if identity else None
        if identity is None or session is None or session.epoch != identity.epoch:
            await host.close()
            return
        commands = [call for call in self._running() if _is_in(session, call, RunCommand)]
        asked = [call for call in self._running() if _is_in(session, call, RequestHandoff)]
        call = commands[0] if commands else None
        try:
            reattachment = Reattachment(self._terminals, session, call, asked=bool(asked))
            live, run = await reattachment.reattach(host, self._limit)
        except Unknowable as error:
            logger.warning("%s does not go on: %s", session.session_id, error)
            await host.close()
            return
        self._terminals.tasks.start(until_closed(self._terminals, live))
        if live.control:
            self._terminals.tasks.start(self._control.expect(live))
        for question in asked[:1]:
            self._terminals.tasks.start(self._driver.ask_again(question, live))
        if call and run:
            self._terminals.tasks.start(self._driver.carry_on(call, live, run))

    async def _lose(self, session: Session) -> None:
        last = await last_piece(self._terminals.log, session.session_id)
        end = last.end if last else 0
        lost = SessionLost(session_id=session.session_id, reason=LOST, last_offset=end)
        await self._terminals.say(lost)

    async def _unknown(self, call: Call) -> ToolCallOutcomeUnknown:
        """Say that nobody saw the end, with what the recording tells of the terminal."""
        log = self._terminals.log
        last = await last_piece(log, call.session_id)
        screen = await screen_after(log, call.session_id, last) if last else None
        return ToolCallOutcomeUnknown(
            call_id=call.call_id,
            session_id=call.session_id,
            reason=NEVER_SEEN,
            last_offset=last.end if last else 0,
            screen_digest=screen_digest(self._terminals.key, screen) if screen else "",
        )


def _is_in(session: Session, call: Call, kind: type[RunCommand | RequestHandoff]) -> bool:
    return call.session_id == session.session_id and isinstance(call.action, kind)


async def leave(terminals: OpenTerminals) -> None:
    """End every terminal in good order, then say so; not for longer than PARTING seconds.

    What a broker that is away cannot store now, the next driver finds out and records.
    """
    try:
        async with asyncio.timeout(PARTING):
            for live in list(terminals.live.values()):
                live.closed_by = SHUTDOWN
                await live.terminal.close()
                await live.gone.wait()
            await terminals.say(NodeStopped(reason="stopped"))
    except (TimeoutError, LogUnavailable, LogFull) as error:
        logger.warning("left without a record of it: %s", error or "the log does not answer")
