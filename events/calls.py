"""Facts about one tool call, from the request to its only outcome."""

from datetime import datetime
from typing import Literal

from events.actions import Action
from events.base import SessionEvent, Text, Value
from events.review import Context, Decision


class Completion(Value):
    """How the end was noticed; `confirmed` is false where it is an inference."""

    source: Literal["osc133", "marker", "process_exit", "heuristic", "none"]
    confirmed: bool


class Output(Value):
    """What one command printed: where it is in the recording, how much, and its two ends.

    Offsets are bytes since the session opened; `first_record` and `last_record` are OUTPUT
    sequences. `digest` is HMAC-SHA-256 of all bytes printed, recorded or not. `concealed` says how
    a part of the two ends was kept from a person's eye, or from whoever reads them as text.
    """

    first_offset: int = 0
    end_offset: int = 0
    first_record: int = 0
    last_record: int = 0
    total_bytes: int = 0
    dropped_bytes: int = 0
    total_lines: int = 0
    omitted_lines: int = 0
    head: Text = ""
    tail: Text = ""
    digest: str = ""
    concealed: tuple[str, ...] = ()


class CallEvent(SessionEvent):
    """A fact about one call."""

    call_id: str


class ToolCallRequested(CallEvent):
    """A client asked for something to be done in a session."""

    principal: str
    action: Action
    fingerprint: str
    deadline: datetime
    epoch: str = ""
    request_id: str = ""
    client: str = ""
    reason: Text = ""


class ToolCallCleared(CallEvent):
    """The policy let the call run without asking anybody."""

    decision: Decision
    context: Context
    digest: str
    valid_until: datetime


class ToolCallRefused(CallEvent):
    """The policy forbids the call; nobody can approve it."""

    code: str
    decision: Decision
    context: Context


class ToolCallLapsed(CallEvent):
    """The deadline passed before the call was started."""

    reason: str


class ToolCallWithdrawn(CallEvent):
    """The caller took the request back before it was started."""

    by: str


class ToolCallStarted(CallEvent):
    """The driver is about to type: the intent, stored before the first byte."""

    digest: str
    offset: int


class ToolCallRejected(CallEvent):
    """The driver found that the clearance does not fit the terminal as it is now."""

    code: str
    reason: str


class ToolCallCompleted(CallEvent):
    """The command ended and its outcome is known; `notice` is what else its caller should know."""

    status: Literal["completed", "interrupted", "timed_out", "declined"] = "completed"
    exit_code: int | None = None
    completion: Completion
    output: Output = Output()
    duration_ms: int = 0
    notice: Text = ""


class ToolCallFailed(CallEvent):
    """The action could not be carried out to its end."""

    code: str
    reason: str
    output: Output = Output()


class ToolCallCancelled(CallEvent):
    """The running call was ended on somebody's request; a command together with its session."""

    by: str
    output: Output = Output()


class ToolCallOutcomeUnknown(CallEvent):
    """The command was started, and its end was not observed. It is never run again."""

    reason: str
    last_offset: int = 0
    screen_digest: str = ""


class InterruptSent(CallEvent):
    """A caller interrupted its own running command."""

    by: str
    signal: Literal["ctrl_c", "ctrl_d", "ctrl_z", "ctrl_backslash"]
    stopped: bool


class ToolCallServed(SessionEvent):
    """A read-only call was answered."""

    principal: str
    tool: str
    code: str = ""
    duration_ms: float = 0.0
