"""What an event says, in one line of our own words, and what was typed, apart from it."""

from typing import Final, assert_never

from events import approvals, calls, sessions
from events.actions import (
    ACTIONS,
    AdoptSession,
    CloseSession,
    OpenSession,
    RequestHandoff,
    RunCommand,
    SendKeys,
    SendText,
)
from events.base import Event, Sealed
from events.calls import CallEvent, Output, ToolCallRequested
from events.review import Decision
from events.sessions import TerminalEvent
from services.mcp_front.untrusted import label, shown

LINES: Final[dict[type[Event], str]] = {
    calls.ToolCallRequested: "{principal} asked for {action}",
    calls.ToolCallCleared: "cleared without asking anybody; {decision}",
    calls.ToolCallRefused: "refused ({code}); {decision}",
    calls.ToolCallLapsed: "not started in time{reason}",
    calls.ToolCallWithdrawn: "taken back by {by} before it started",
    calls.ToolCallStarted: "started",
    calls.ToolCallRejected: "not started ({code}){reason}",
    calls.ToolCallCompleted: "{status}{exit_code}, {output} printed, {duration_ms} ms",
    calls.ToolCallFailed: "failed ({code}){reason}",
    calls.ToolCallCancelled: "ended by {by}",
    calls.ToolCallOutcomeUnknown: "started, and its end was not seen{reason}",
    calls.InterruptSent: "{signal} was pressed for {by}; {stopped}",
    approvals.ApprovalRequested: "waits for a person; {decision}",
    approvals.ApprovalEndorsed: "endorsed by {by}; another person has to agree",
    approvals.ApprovalGranted: "approved by {by}",
    approvals.ApprovalDenied: "denied by {by}{reason}",
    approvals.ApprovalExpired: "nobody answered in time",
    approvals.ApprovalWithdrawn: "taken back by {by} before anybody answered",
    sessions.SessionOpened: "opened: {backend}, {cols} x {rows}",
    sessions.SessionResized: "resized to {cols} x {rows}",
    sessions.SessionClosed: "session ended{reason}{exit_status}",
    sessions.SessionLost: "session lost{reason}",
    sessions.RecordingGapped: "{bytes} bytes were printed but not recorded{reason}",
    sessions.ControlTaken: "{by} took control ({how}); nothing you ask for is typed",
    sessions.ControlReturned: "{by} returned control{reason}",
}
"""What each event says; the fields are its own. None of them holds what was typed or printed."""
_OPTIONAL: Final = {"reason": ": {}", "exit_code": ", exit code {}", "exit_status": ", status {}"}
"""Fields that are left out where an event has none, with what stands around them."""


def line(event: CallEvent | TerminalEvent) -> str:
    """Say in a few words what happened."""
    fields = {name: _field(name, getattr(event, name)) for name in event.__struct_fields__}
    return LINES[type(event)].format_map(fields)


def typed(event: CallEvent | TerminalEvent) -> str:
    """Return what a call would type, nothing where the event is no request to type."""
    if not isinstance(event, ToolCallRequested):
        return ""
    match event.action:
        case RunCommand():
            return shown(event.action.command)
        case SendText():
            return shown(event.action.text)
        case SendKeys():
            return shown(" ".join(event.action.keys))
        case OpenSession() | CloseSession() | AdoptSession() | RequestHandoff():
            return ""
        case _:
            assert_never(event.action)


def _field(name: str, value: object) -> str:
    if name not in _OPTIONAL:
        return _shown(value)
    return "" if value in {None, ""} else _OPTIONAL[name].format(_shown(value))


def _shown(value: object) -> str:
    match value:
        case Decision():
            return f"{value.tier}: {label(value.summary)}"
        case Output():
            return f"{value.total_bytes} bytes"
        case _ if isinstance(value, ACTIONS):
            return str(value.__struct_config__.tag)
        case bool():
            return "it stopped" if value else "it still ran"
        case str() | Sealed():
            return label(value)
        case _:
            return str(value)
