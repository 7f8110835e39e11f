"""Runs one command in its terminal and tells how it ended."""

import time
from typing import Literal

from events.actions import RunCommand
from events.calls import ToolCallCancelled, ToolCallCompleted, ToolCallFailed
from projections.calls import Call
from services.session_driver.live import Live
from services.session_driver.terminal import interrupting
from services.session_driver.terminal.capture import Capture
from services.session_driver.terminal.pty import WriteStalled
from services.session_driver.terminal.run import Busy, Ending, Run

AFTER_TIMEOUT = 5.0
"""Seconds that a command has to end after it was interrupted because its time was over."""

LOOK_AGAIN = 0.5
"""Seconds between two looks at whether a person still has control."""


class TerminalLost(RuntimeError):
    """The terminal went away with the process that held it; nobody saw how the command ended."""

    def __init__(self, live: Live) -> None:
        super().__init__("The terminal-host ended, and this terminal with it.")
        self.live = live


type Ended = ToolCallCompleted | ToolCallFailed | ToolCallCancelled


async def run_command(live: Live, call: Call, action: RunCommand, typed: bytes) -> Ended:
    """Type the command and wait for its end, however long that takes."""
    try:
        run = await live.terminal.run(typed, live.capture or Capture(b""))
    except Busy:
        return failed(call, "session_busy", "Another command runs in this terminal.")
    except WriteStalled as stalled:
        return failed(call, "write_stalled", f"The terminal took only a part of it: {stalled}.")
    return await follow_command(live, call, action, run)


async def follow_command(
    live: Live, call: Call, action: RunCommand, run: Run, spent: float = 0.0
) -> Ended:
    """Wait for the end of a command that was typed `spent` seconds ago."""
    began = time.monotonic() - spent
    limit = max(0.0, action.timeout_ms / 1000 - spent) if action.timeout_ms else None
    ending = await run.wait(limit)
    in_time = ending is not None
    ending = ending or await _cut_short(live, run)
    if ending is None:
        return failed(call, "timed_out", "It did not stop when its time was over; it still runs.")
    took = time.monotonic() - began  # what the broker needs for it is not the command's
    if live.terminal.host.lost:
        raise TerminalLost(live)
    await live.recorder.stored(ending.end_offset)
    if live.closed_by:
        return _cancelled(live, call, action, ending)
    return ToolCallCompleted(
        call_id=call.call_id,
        session_id=call.session_id,
        status=_status(live, in_time=in_time),
        exit_code=ending.exit_code,
        completion=ending.completion,
        output=live.output(action.max_output_chars, ending),
        duration_ms=int(took * 1000),
    )


def failed(call: Call, code: str, reason: str) -> ToolCallFailed:
    """Say why the call could not be carried out."""
    return ToolCallFailed(
        call_id=call.call_id, session_id=call.session_id, code=code, reason=reason
    )


def _status(live: Live, *, in_time: bool) -> Literal["completed", "interrupted", "timed_out"]:
    if not in_time:
        return "timed_out"
    return "interrupted" if live.interrupted else "completed"


async def _cut_short(live: Live, run: Run) -> Ending | None:
    """Interrupt the command; where a person has control, only once they return it."""
    await live.heed()
    while live.control:
        if ending := await run.wait(LOOK_AGAIN):
            return ending
    await interrupting.interrupt(live.terminal, "ctrl_c")
    return await run.wait(AFTER_TIMEOUT)


def _cancelled(live: Live, call: Call, action: RunCommand, ending: Ending) -> ToolCallCancelled:
    return ToolCallCancelled(
        call_id=call.call_id,
        session_id=call.session_id,
        by=live.closed_by,
        output=live.output(action.max_output_chars, ending),
    )
