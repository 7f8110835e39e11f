"""One event as one line for a person."""

import sys
from typing import Final

from events import approvals, calls, operations, sessions
from events.base import Event
from events.calls import CallEvent
from events.recorded import Recorded
from events.subjects import ANY
from services.cli import here
from services.cli.wording import words
from services.words.visible import one_line

CALL: Final = 9
"""How much of a call's id is shown: enough for `eim events --call`."""
RED, GREEN, YELLOW, BLUE, FAINT = "31", "32", "33", "36", "2"
_COLOURS: Final[dict[type[Event], str]] = {
    calls.ToolCallRefused: RED,
    calls.ToolCallRejected: RED,
    calls.ToolCallFailed: RED,
    calls.ToolCallOutcomeUnknown: RED,
    calls.ToolCallLapsed: RED,
    approvals.ApprovalDenied: RED,
    approvals.ApprovalExpired: RED,
    sessions.SessionLost: RED,
    operations.HandlingFailed: RED,
    approvals.ApprovalRequested: YELLOW,
    approvals.ApprovalGranted: GREEN,
    calls.ToolCallCompleted: GREEN,
    calls.ToolCallServed: FAINT,
    calls.ToolCallRequested: BLUE,
}


def line(recorded: Recorded, *, colour: bool, said: str = "") -> str:
    """Return sequence, local time, session, call, event and what it says, unless that is given."""
    event = recorded.event
    call = event.call_id if isinstance(event, CallEvent) else ""
    when = recorded.envelope.time.astimezone().strftime("%H:%M:%S")
    session = "" if event.session_id == ANY else event.session_id
    where = f"{recorded.sequence:>6} {when} {one_line(session, 13):<13} {call[:CALL]:<{CALL}} "
    name = f"{type(event).__name__:<22}"
    painted = paint(name, _COLOURS.get(type(event), "")) if colour else name
    return f"{where}{painted} {said or words(event)}".rstrip()


def paint(text: str, colour: str) -> str:
    """Return the text in a colour of the terminal."""
    return f"\x1b[{colour}m{text}\x1b[0m" if colour else text


def in_colour() -> bool:
    """Tell whether a person reads our output in a terminal that shows colours."""
    return sys.stdout.isatty() and not here.variable("NO_COLOR")
