"""Types text or keys into the program that they were reviewed for."""

import time

from events.calls import Completion, ToolCallCompleted, ToolCallFailed
from events.review import Context
from projections.calls import Call
from services.policy.digest import same_line, same_place
from services.session_driver.live import Live
from services.session_driver.running import failed
from services.session_driver.terminal.pty import WriteStalled


async def type_input(
    live: Live, call: Call, typed: bytes, context: Context
) -> ToolCallCompleted | ToolCallFailed:
    """Type; what the program makes of it is not waited for."""
    began = time.monotonic()
    # The program may have ended while its start was stored: its shell would run the text.
    now = live.context()
    if difference := same_place(context, now) or same_line(context, now):
        return failed(call, "context_changed", f"{difference} Nothing was typed.")
    try:
        await live.terminal.type(typed)
    except WriteStalled as stalled:
        return failed(call, "write_stalled", f"The terminal took only a part of it: {stalled}.")
    return ToolCallCompleted(
        call_id=call.call_id,
        session_id=call.session_id,
        completion=Completion(source="none", confirmed=True),
        duration_ms=int((time.monotonic() - began) * 1000),
    )
