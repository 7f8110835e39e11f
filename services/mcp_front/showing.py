"""Calls, sessions and screens as the tools show them. Pure."""

from datetime import datetime
from typing import Literal, TypeGuard

from events.base import plain
from events.calls import Output
from events.lifecycle import ENDINGS, NEXT, State
from events.recorded import Recorded
from events.vocabulary import AnyEvent
from projections.calls import Call
from projections.history import Entry
from projections.sessions import Session
from projections.terminals import Terminals
from services.contract.terminal import Progress, Screen
from services.mcp_front.views import CallView, Fidelity, Judgement, Outcome, ScreenView, SessionView

_AFTER = {event: after for (_, event), after in NEXT.items()}
UNJUDGED = Judgement()


def screen(shown: Screen, session_id: str, seq: int, fidelity: Fidelity) -> ScreenView:
    """Return a screen, and the position of the log that it belongs to."""
    return ScreenView(
        session_id=session_id,
        epoch=shown.epoch,
        fidelity=fidelity,
        seq=seq,
        text=shown.text,
        cursor_row=shown.cursor_row,
        cursor_col=shown.cursor_col,
        cols=shown.cols,
        rows=shown.rows,
        alternate_screen=shown.alternate_screen,
        title=shown.title,
        at_offset=shown.offset,
        concealed=shown.concealed,
    )


def is_running(call: Call) -> bool:
    """Whether the driver has started the call."""
    return call.state is State.RUNNING


def is_outcome(event: AnyEvent) -> TypeGuard[Outcome]:
    """Whether the event ended a call."""
    return type(event) in ENDINGS


def open_call(call: Call, state: Terminals, progress: Progress, now: datetime) -> CallView:
    """Show a call that has not ended."""
    too_late = call.state is State.REQUESTED and now > call.deadline
    return CallView(
        call_id=call.call_id,
        session_id=call.session_id,
        epoch=_epoch(state, call.session_id),
        fidelity=_fidelity(state, call.session_id),
        tool=str(call.action.__struct_config__.tag),
        state=State.EXPIRED if too_late else call.state,
        seq=call.newest,
        queued_behind=len(state.calls.ahead_of(call)),
        decision=call.decision,
        approval_id=call.approval_id,
        expires_at=call.expires_at,
        output=progress.output,
        cursor=cursor(progress.output),
        awaiting_input=progress.awaiting_input,
    )


def ended_call(
    entry: Entry, ending: Recorded, state: Terminals, judgement: Judgement = UNJUDGED
) -> CallView:
    """Show a call that has ended, from the event that ended it and what was said of it before."""
    event = ending.event
    if not is_outcome(event):
        raise TypeError(f"{type(event).__name__} ends no call")
    output = getattr(event, "output", Output())
    return CallView(
        call_id=entry.call_id,
        session_id=entry.session_id,
        epoch=_epoch(state, entry.session_id),
        fidelity=_fidelity(state, entry.session_id),
        tool=entry.tool,
        state=_AFTER[type(event)],
        seq=ending.sequence,
        decision=getattr(event, "decision", judgement.decision),
        approval_id=judgement.approval_id,
        outcome=event,
        output=output,
        cursor=cursor(output),
    )


def session(found: Session, state: Terminals) -> SessionView:
    """Show a session as the log knows it."""
    waiting = state.calls.of(found.session_id)
    running = next((call.call_id for call in waiting if is_running(call)), "")
    return SessionView(
        session_id=found.session_id,
        epoch=found.epoch,
        name=found.name,
        owner=found.owner,
        state=found.state,
        backend=found.backend,
        fidelity=found.fidelity,
        shell=found.shell,
        integration=found.integration,
        cwd=plain(found.cwd),
        cols=found.cols,
        rows=found.rows,
        control=_control(found, running),
        running_command_id=running,
        queued=len(waiting),
        recording_gaps=found.gaps,
        last_seq=state.newest.get(found.session_id, 0),
    )


def _control(found: Session, running: str) -> Literal["agent", "human", "free"]:
    if found.control:
        return "human"
    return "agent" if running else "free"


def cursor(output: Output) -> str:
    """Return where read_output starts with this output: byte offset and line."""
    return f"{output.first_offset}:0" if output.first_offset else ""


def _epoch(state: Terminals, session_id: str) -> str:
    known = state.sessions.known.get(session_id)
    return known.epoch if known else ""


def _fidelity(state: Terminals, session_id: str) -> Fidelity:
    known = state.sessions.known.get(session_id)
    return known.fidelity if known else "raw"
