"""Every call there ever was, in one line each: enough to attach to it and to find its outcome."""

from events.base import Value
from events.calls import CallEvent, ToolCallRequested
from events.lifecycle import ENDINGS
from events.recorded import Recorded


class Entry(Value):
    """One call. `requested` and `ended` are sequences; `ended` is 0 while the call is open."""

    call_id: str
    session_id: str
    principal: str
    tool: str
    fingerprint: str
    requested: int
    ended: int = 0


class Ended(Value):
    """A call reached its outcome at this sequence."""

    call_id: str
    sequence: int


def entry(recorded: Recorded) -> Entry | Ended | None:
    """Return what this event adds to the history."""
    event = recorded.event
    if isinstance(event, ToolCallRequested):
        return Entry(
            call_id=event.call_id,
            session_id=event.session_id,
            principal=event.principal,
            tool=str(event.action.__struct_config__.tag),
            fingerprint=event.fingerprint,
            requested=recorded.sequence,
        )
    if isinstance(event, CallEvent) and type(event) in ENDINGS:
        return Ended(call_id=event.call_id, sequence=recorded.sequence)
    return None
