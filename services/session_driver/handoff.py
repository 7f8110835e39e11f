"""A terminal that an assistant asked a person to take: until they return it, nobody else looks."""

import asyncio
import time
from typing import Literal

from events.actions import RequestHandoff
from events.base import plain
from events.calls import Completion, ToolCallCancelled, ToolCallCompleted
from projections.calls import Call
from services.policy.visible import visible
from services.session_driver.live import Live
from services.session_driver.running import Ended, failed

type Outcome = Literal["returned", "declined", "cancelled", "session_closed"]

ASKED = "{who} asks you to take this terminal: {why} Ctrl-] t takes it, Ctrl-] r gives it back."
LONGEST_REASON = 200


class Handoff:
    """One request, from its start to its only outcome."""

    def __init__(self, call: Call, action: RequestHandoff) -> None:
        self.call_id = call.call_id
        self.asked_by = call.principal
        self.reason = visible(plain(action.reason)).replace("\n", " ")[:LONGEST_REASON]
        self.by = ""
        self._ended: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._taken = asyncio.Event()

    @property
    def notice(self) -> str:
        """What a person is told."""
        return ASKED.format(who=self.asked_by, why=f"{self.reason.rstrip('.')}.")

    def taken(self) -> None:
        """A person has the terminal; from now on they take as long as they need."""
        self._taken.set()

    def end(self, outcome: Outcome, by: str = "") -> None:
        """Tell how it ended; what comes later changes nothing."""
        if not self._ended.done():
            self.by = by
            self._ended.set_result(outcome)
            self._taken.set()

    async def outcome(self, patience: float) -> Outcome | None:
        """Return how it ended; None where nobody took the terminal in so many seconds."""
        try:
            async with asyncio.timeout(patience):
                await self._taken.wait()
        except TimeoutError:
            return None
        return await self._ended


async def hand_over(live: Live, call: Call, action: RequestHandoff, patience: float) -> Ended:
    """Ask, and wait until the terminal is the assistant's again."""
    began = time.monotonic()
    handoff = live.handoff = Handoff(call, action)
    live.ask_for_hands()
    try:
        outcome = await handoff.outcome(patience)
    finally:
        live.handoff = None
    match outcome:
        case "cancelled":
            return ToolCallCancelled(
                call_id=call.call_id, session_id=call.session_id, by=handoff.by
            )
        case "session_closed":
            return failed(call, "session_closed", "The session ended before it was given back.")
        case "returned" | "declined" | None:
            return ToolCallCompleted(
                call_id=call.call_id,
                session_id=call.session_id,
                status=_STATUS[outcome],
                completion=Completion(source="none", confirmed=True),
                duration_ms=int((time.monotonic() - began) * 1000),
            )


_STATUS: dict[Outcome | None, Literal["completed", "declined", "timed_out"]] = {
    "returned": "completed",
    "declined": "declined",
    None: "timed_out",
}
