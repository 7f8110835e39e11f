"""Records how a call ended: an outcome is never given up, however long the log is away."""

import asyncio
import logging

from msgspec.structs import replace

from events.calls import ToolCallCancelled, ToolCallCompleted, ToolCallFailed
from events.lifecycle import DRIVER, State
from events.vocabulary import CallFact
from projections.terminals import Terminals
from services.runtime.log import Conflict, Draft, Log, LogFull, LogRefused, LogUnavailable
from services.runtime.projector import Projector
from services.runtime.settle import settle

logger = logging.getLogger(__name__)
AGAIN = 1.0
"""Seconds between two attempts."""


class Outcomes:
    """Appends facts about calls on the newest state of their session."""

    def __init__(self, log: Log, terminals: Projector[Terminals]) -> None:
        self.log = log
        self.terminals = terminals

    async def record(self, event: CallFact, wanted: State) -> int:
        """Append the event if the call is in the state `wanted`; 0 if it is not.

        Raises Conflict, LogUnavailable, LogFull.
        """

        def decide(state: Terminals) -> Draft | None:
            call = state.calls.open.get(event.call_id)
            if call is None or call.state is not wanted:
                return None
            return Draft(event=event, actor=DRIVER, causation=call.cause, trace=call.trace)

        return await settle(self.log, self.terminals, event.session_id, decide)

    async def insist(self, event: CallFact) -> int:
        """Append the end of a running call, trying until it is stored."""
        while True:
            try:
                return await self.record(event, State.RUNNING)
            except LogRefused:
                logger.exception("%s is recorded without its output", type(event).__name__)
                event = _without_text(event)
                await asyncio.sleep(AGAIN)
            except (Conflict, LogUnavailable, LogFull, TimeoutError) as error:
                logger.warning("%s waits: %s", type(event).__name__, error)
                await asyncio.sleep(AGAIN)


def _without_text(event: CallFact) -> CallFact:
    """Leave out what a command printed: too long for the log, and the recording has it."""
    match event:
        case ToolCallCompleted() | ToolCallFailed() | ToolCallCancelled():
            return replace(event, output=replace(event.output, head="", tail=""))
        case _:
            return event
