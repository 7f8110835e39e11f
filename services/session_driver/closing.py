"""Ends a terminal, on request or because its shell went away."""

from typing import Literal

from events.actions import CloseSession
from events.calls import Completion, ToolCallCompleted, ToolCallFailed
from events.sessions import SessionClosed, SessionLost
from projections.calls import Call
from services.session_driver.live import Live
from services.session_driver.running import failed
from services.session_driver.terminal import interrupting
from services.session_driver.terminals import OpenTerminals

SHUTDOWN = "shutdown"
"""Who closed a terminal that ended with its driver."""
IDLE = "idle"
"""Who closed a terminal in which nothing happened for too long."""
HOST_LOST = "The terminal-host ended, and this terminal with it."
BUSY = "it runs {program}. Stop it first, or close with mode interrupt or force."


async def close_session(
    terminals: OpenTerminals, call: Call, action: CloseSession
) -> ToolCallCompleted | ToolCallFailed:
    """Close the terminal; `if_idle` leaves one alone in which something runs.

    A person's own terminal is only let go of, whatever runs there.
    """
    live = terminals.of(call)
    facts, borrowed = live.terminal.context_facts(), live.terminal.host.borrowed
    if action.mode == "if_idle" and facts.prompt != "idle" and not borrowed:
        return failed(call, "session_busy", BUSY.format(program=facts.foreground or "a program"))
    live.closed_by = call.principal
    if action.mode == "interrupt" and not borrowed:
        await interrupting.interrupt(live.terminal, "ctrl_c")
    await live.terminal.close("force" if action.mode == "force" else "hangup")
    await live.gone.wait()
    return ToolCallCompleted(
        call_id=call.call_id,
        session_id=call.session_id,
        completion=Completion(source="process_exit", confirmed=True),
    )


async def until_closed(terminals: OpenTerminals, live: Live) -> None:
    """Wait for the shell to end, then record that the session is over."""
    status = await live.terminal.exited
    if live.handoff:
        live.handoff.end("session_closed")
    await live.free.wait()
    if gap := live.released():
        await terminals.insist(gap)
    await live.recorder.stored(live.terminal.offset)
    terminals.live.pop(live.opened.session_id, None)
    await terminals.insist(_ended(live, status))
    live.audience.dismiss(f"The session has ended ({status}).")
    live.gone.set()
    await live.terminal.close()


def _ended(live: Live, status: int) -> SessionClosed | SessionLost:
    session_id, offset = live.opened.session_id, live.terminal.offset
    if live.terminal.host.lost:
        return SessionLost(session_id=session_id, reason=HOST_LOST, last_offset=offset)
    return SessionClosed(
        session_id=session_id,
        reason=_reason(live),
        exit_status=None if live.terminal.host.borrowed else status,
        last_offset=offset,
    )


def _reason(live: Live) -> Literal["exited", "closed", "shutdown", "idle", "released"]:
    if live.closed_by and live.terminal.host.borrowed:
        return "released"
    if live.closed_by == SHUTDOWN:
        return "shutdown"
    if live.closed_by == IDLE:
        return "idle"
    return "closed" if live.closed_by else "exited"
