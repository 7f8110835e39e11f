"""Commands whose end, or even whose start, nobody saw."""

import asyncio

from events.calls import ToolCallOutcomeUnknown
from projections.calls import Call
from services.session_driver.live import Live
from services.session_driver.replay import screen_digest
from services.session_driver.terminal.run import Run

TO_BEGIN = 1.0
"""Seconds that a shell has to begin with what was typed for it."""
LOOK = 0.02


async def seen_to_run(live: Live, run: Run) -> bool:
    """Whether the shell began with the command, whose keys an earlier driver was typing."""
    try:
        async with asyncio.timeout(TO_BEGIN):
            while run.ending is None and live.terminal.prompt.status == "idle":  # noqa: ASYNC110
                await asyncio.sleep(LOOK)
    except TimeoutError:
        return False
    return True


def unknown(call: Call, live: Live, key: bytes, reason: str) -> ToolCallOutcomeUnknown:
    """Say what the terminal shows instead of how the call ended."""
    return ToolCallOutcomeUnknown(
        call_id=call.call_id,
        session_id=call.session_id,
        reason=reason,
        last_offset=live.terminal.offset,
        screen_digest=screen_digest(key, live.terminal.screen.look()),
    )
