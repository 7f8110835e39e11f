"""What happened, read from the log: only in the sessions of whoever asks."""

from collections.abc import Sequence
from typing import Final

import msgspec

from events.calls import CallEvent, ToolCallRequested
from events.recorded import Recorded
from events.sessions import SessionOpened, TerminalEvent
from events.subjects import ANY, EVENTS, token
from projections.terminals import Terminals
from services.mcp_front.ports import Caller
from services.mcp_front.recall import Recall
from services.mcp_front.refusals import unknown_command, unknown_session
from services.mcp_front.views import TimelinePage, TimelineQuery
from services.runtime.log import EVERYTHING, Log
from services.runtime.projector import Projector

BATCH, BATCHES = 512, 16
"""How many events are read at once, and how often for one page: others may have stated most."""
OWNERS: Final = 4_000
"""How many owners of sessions that the fold has forgotten stay in memory."""


class Scope(msgspec.Struct, frozen=True):
    """Where in the log to look: `after` a sequence, in one session or in all of them."""

    after: int
    session_id: str = ANY
    call_id: str = ""
    types: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        """The subjects that can hold what is looked for."""
        return EVERYTHING if self.session_id == ANY else events_of(self.session_id)


class Past:
    """Reads the log for its callers."""

    def __init__(self, log: Log, terminals: Projector[Terminals], recall: Recall) -> None:
        self._log = log
        self._terminals = terminals
        self._recall = recall
        self._owners: dict[str, str] = {}

    async def scope(self, caller: Caller, where: TimelineQuery) -> Scope:
        """Return where to look. Raises Refusal where that is not the caller's, LogUnavailable."""
        if where.call_id:
            return await self._of_call(caller, where)
        if not where.session_id:
            return Scope(where.after_seq, types=where.types)
        if await self.owner(where.session_id) != caller.principal:
            raise unknown_session(where.session_id)
        return Scope(where.after_seq, where.session_id, types=where.types)

    async def page(self, caller: Caller, where: TimelineQuery, scope: Scope) -> TimelinePage:
        """Return the next events, one page of them. Raises LogUnavailable."""
        found: list[Recorded] = []
        after = scope.after
        for _ in range(BATCHES):
            batch = await self._log.stored(after, scope.subject, BATCH)
            after = batch[-1].sequence if batch else after
            found += await self._mine(caller, scope, [r for r in batch if isinstance(r, Recorded)])
            if len(found) > where.limit:
                return _cut(found, where.limit)
            if not batch:
                return TimelinePage(events=tuple(found), next_after_seq=after)
        return TimelinePage(events=tuple(found), next_after_seq=after, more=True)

    async def _mine(
        self, caller: Caller, scope: Scope, batch: Sequence[Recorded]
    ) -> list[Recorded]:
        told = [recorded for recorded in batch if _is_told(recorded, scope)]
        return [r for r in told if await self.owner(r.event.session_id) == caller.principal]

    async def _of_call(self, caller: Caller, where: TimelineQuery) -> Scope:
        call_id = where.call_id
        if call := self._terminals.state.calls.open.get(call_id):
            principal, session_id, first = call.principal, call.session_id, call.sequence
        elif entry := await self._recall.find(call_id):
            principal, session_id, first = entry.principal, entry.session_id, entry.requested
        else:
            raise unknown_command(call_id)
        if principal != caller.principal:
            raise unknown_command(call_id)
        return Scope(max(where.after_seq, first - 1), session_id, call_id, where.types)

    async def owner(self, session_id: str) -> str:
        """Return whose session it is, however long ago; nobody's where there is none."""
        if session := self._terminals.state.sessions.known.get(session_id):
            return session.owner
        if session_id not in self._owners:
            first = await self._log.read(0, events_of(session_id), 1)
            if not first:
                return ""
            if len(self._owners) >= OWNERS:
                self._owners.clear()
            self._owners[session_id] = _opener(first[0])
        return self._owners[session_id]


def events_of(session_id: str) -> str:
    return f"{EVENTS}.*.{token(session_id)}.*"


def _opener(first: Recorded) -> str:
    """Return who had a session opened: its first event says so."""
    match first.event:
        case ToolCallRequested():
            return first.event.principal
        case SessionOpened():
            return first.event.owner
        case _:
            return ""


def _is_told(recorded: Recorded, scope: Scope) -> bool:
    """Whether it changed something, and is of a call and a type that were asked for, if any."""
    event = recorded.event
    if scope.types and type(event).__name__ not in scope.types:
        return False
    if scope.call_id:
        return isinstance(event, CallEvent) and event.call_id == scope.call_id
    return isinstance(event, CallEvent | TerminalEvent)


def _cut(found: list[Recorded], limit: int) -> TimelinePage:
    shown = tuple(found[:limit])
    return TimelinePage(events=shown, next_after_seq=shown[-1].sequence, more=True)
