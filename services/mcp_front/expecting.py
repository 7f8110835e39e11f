"""Waits for what a terminal prints, asking its driver again until the time is over."""

import asyncio

from msgspec.structs import replace

from events.calls import Output
from projections.sessions import Session
from projections.terminals import Terminals
from services.contract.terminal import WAIT, Waited, WaitFor, terminals_of
from services.mcp_front.ports import Caller
from services.mcp_front.recall import Recall
from services.mcp_front.refusals import unknown_command, unknown_session
from services.mcp_front.views import Change, WaitQuery, WaitView, Watched
from services.runtime.log import Log
from services.runtime.projector import Projector
from services.runtime.rpc import Unanswered, ask

HOLD_MS = 2000
"""How long one question is held: a driver that leaves has to answer before it can."""
AGAIN = 0.5
"""Seconds until a driver that does not answer is asked again: it may be about to start."""


class Expecting:
    """What callers wait for. Nothing that is printed between two questions is missed."""

    def __init__(self, log: Log, terminals: Projector[Terminals], recall: Recall) -> None:
        self._log = log
        self._terminals = terminals
        self._recall = recall

    async def printed(self, caller: Caller, query: WaitQuery) -> WaitView:
        """Return once it is printed, or the time is over. Raises Refusal, Unanswered, Declined."""
        session = self._terminals.state.sessions.known.get(query.session_id)
        if session is None or session.owner != caller.principal:
            raise unknown_session(query.session_id)
        question = WaitFor(
            session_id=query.session_id,
            text=query.text,
            pattern=query.pattern,
            idle_ms=query.idle_ms,
            offset=await self._offset(caller, query),
            call_id=query.call_id,
        )
        waited = await self._asked(session, question, query.wait_ms / 1000)
        return WaitView(
            session_id=query.session_id,
            epoch=session.epoch,
            fidelity=session.fidelity,
            seq=self._terminals.state.newest.get(query.session_id, 0),
            status=waited.status,
            line=waited.line,
            next_offset=waited.next_offset,
            quiet_ms=waited.quiet_ms,
            gap_bytes=waited.gap_bytes,
        )

    async def change(self, caller: Caller, watched: Watched, offset: int) -> Change:
        """Return whether something was printed since, after HOLD_MS at the latest.

        Raises as `printed` does.
        """
        call = self._terminals.state.calls.open.get(watched.call_id)
        session_id = await self._session_of(caller, watched)
        session = self._terminals.state.sessions.known.get(session_id)
        if session is None or session.owner != caller.principal:
            raise unknown_session(session_id)
        if session.state != "open" or (watched.call_id and call is None):
            return Change(changed=offset >= 0, offset=offset, over=True)
        question = WaitFor(session_id=session_id, offset=offset, hold_ms=HOLD_MS)
        waited = await self._held(session, question)
        over = waited.status == "session_closed"
        changed = over or waited.status == "matched"
        return Change(changed=changed, offset=waited.next_offset, over=over)

    def follows(self, caller: Caller, watched: Watched) -> bool:
        """Whether it is the caller's and may still print something."""
        if not watched.call_id:
            return watched.session_id in self.open_sessions(caller)
        call = self._terminals.state.calls.open.get(watched.call_id)
        return call is not None and call.principal == caller.principal

    def open_sessions(self, caller: Caller) -> frozenset[str]:
        """Return which sessions of the caller are open."""
        mine = self._terminals.state.sessions.open()
        return frozenset(s.session_id for s in mine if s.owner == caller.principal)

    async def _session_of(self, caller: Caller, watched: Watched) -> str:
        if not watched.call_id:
            return watched.session_id
        known = self._terminals.state.calls.open.get(watched.call_id)
        known = known or await self._recall.find(watched.call_id)
        if known is None or known.principal != caller.principal:
            raise unknown_command(watched.call_id)
        return known.session_id

    async def _asked(self, session: Session, question: WaitFor, seconds: float) -> Waited:
        clock, gap = self._log.clock, 0
        until = clock.monotonic() + seconds
        while True:
            left = max(0, round((until - clock.monotonic()) * 1000))
            try:
                waited = await self._held(session, replace(question, hold_ms=min(left, HOLD_MS)))
            except Unanswered:
                if left <= AGAIN * 1000:
                    raise
                await asyncio.sleep(AGAIN)
                continue
            gap += waited.gap_bytes
            if waited.status != "not_yet" or left <= HOLD_MS:
                return replace(waited, gap_bytes=gap)
            question = replace(question, offset=waited.next_offset, quiet_ms=waited.quiet_ms)

    async def _held(self, session: Session, question: WaitFor) -> Waited:
        patience = question.hold_ms / 1000 + 2.0
        return await ask(self._log.client, terminals_of(session.node), WAIT, question, patience)

    async def _offset(self, caller: Caller, query: WaitQuery) -> int:
        """Return where to begin: with the output of a command, if one is named."""
        if not query.call_id or query.from_offset >= 0:
            return query.from_offset
        call = self._terminals.state.calls.open.get(query.call_id)
        known = call or await self._recall.find(query.call_id)
        if known is None or (known.principal, known.session_id) != (
            caller.principal,
            query.session_id,
        ):
            raise unknown_command(query.call_id)
        if call is not None:
            return -1
        ending = await self._recall.outcome(query.call_id)
        output = getattr(ending.event, "output", Output()) if ending else Output()
        return output.first_offset or -1
