"""What a terminal showed at a position of the log, and all of it for a player."""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from events.calls import ToolCallOutcomeUnknown, ToolCallStarted
from events.recorded import Recorded
from events.sessions import RecordingGapped, SessionClosed, SessionLost, SessionOpened
from events.subjects import node_of
from projections.terminals import Terminals
from services.contract.terminal import CAST, PAST_SCREEN, ReadCast, ReadPastScreen, terminals_of
from services.mcp_front import showing
from services.mcp_front.past import Past, events_of
from services.mcp_front.ports import Caller
from services.mcp_front.refusals import Refusal, unknown_session
from services.mcp_front.views import CastPage, CastQuery, ScreenQuery, ScreenView
from services.runtime.log import Log
from services.runtime.projector import Projector
from services.runtime.rpc import ask

PATIENCE = 10.0
"""Seconds for a screen to be rebuilt."""


class Moment(msgspec.Struct, frozen=True):
    """An event that knows how much its terminal had printed."""

    recorded: Recorded
    offset: int


class PastScreens:
    """Finds the offset that belongs to a position, and asks the driver for the screen there."""

    def __init__(self, log: Log, terminals: Projector[Terminals], past: Past) -> None:
        self._log = log
        self._terminals = terminals
        self._past = past

    async def screen(self, caller: Caller, query: ScreenQuery) -> ScreenView:
        """Return the screen. Raises Refusal, LogUnavailable, Unanswered, Declined."""
        if await self._past.owner(query.session_id) != caller.principal:
            raise unknown_session(query.session_id)
        # the broker answers nothing at all about a position that it has not reached
        up_to = min(query.at_seq, self._terminals.position)
        events = await self._log.newest_each(events_of(query.session_id), up_to)
        moment, opened = _newest(events), _opened(events)
        if moment is None or opened is None:
            raise await self._too_early(query)
        question = ReadPastScreen(
            session_id=query.session_id, offset=moment.offset, format=query.format
        )
        node = terminals_of(node_of(moment.recorded.subject))
        shown = await ask(self._log.client, node, PAST_SCREEN, question, PATIENCE)
        at = moment.recorded.sequence
        view = showing.screen(shown, query.session_id, at, opened.fidelity)
        return replace(view, epoch=opened.epoch)

    async def cast(self, caller: Caller, query: CastQuery) -> CastPage:
        """Return a page of a recording. Raises Refusal, LogUnavailable, Unanswered, Declined."""
        session_id = query.session_id
        if await self._past.owner(session_id) != caller.principal:
            raise unknown_session(session_id)
        events = await self._log.newest_each(events_of(session_id), self._terminals.position)
        node = terminals_of(node_of(events[-1].subject) if events else self._log.node)
        question = ReadCast(session_id=session_id, offset=query.offset)
        page = await ask(self._log.client, node, CAST, question, PATIENCE)
        return CastPage(text=page.text, next_offset=page.next_offset, at_end=page.at_end)

    async def _too_early(self, query: ScreenQuery) -> Refusal:
        """Refuse a position from before the session, in words that name its first one."""
        first = await self._log.read(query.at_seq, events_of(query.session_id), 64)
        opened = next((r.sequence for r in first if isinstance(r.event, SessionOpened)), 0)
        return Refusal(
            "unknown_position",
            f"At position {query.at_seq} of the log session {query.session_id!r} was not open yet.",
            valid=(f"at_seq from {opened} on",) if opened else (),
            next_step="get_timeline(session_id=...) shows what happened at which seq.",
        )


def _newest(events: Sequence[Recorded]) -> Moment | None:
    """Return the newest of these events that knows the offset."""
    moments = [Moment(each, at) for each in events if (at := _offset(each)) is not None]
    return moments[-1] if moments else None


def _opened(events: Sequence[Recorded]) -> SessionOpened | None:
    found = [each.event for each in events]
    return next((event for event in found if isinstance(event, SessionOpened)), None)


def _offset(recorded: Recorded) -> int | None:
    """Return how much was printed when this happened, None where the event does not say."""
    match recorded.event:
        case SessionOpened() | ToolCallStarted() | RecordingGapped():
            return recorded.event.offset
        case SessionClosed() | SessionLost() | ToolCallOutcomeUnknown():
            return recorded.event.last_offset
        case _:
            output = getattr(recorded.event, "output", None)
            return (output.end_offset or None) if output else None
