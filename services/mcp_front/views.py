"""What the front knows about calls and sessions, as the tools show it."""

from datetime import datetime
from typing import Literal

from events.approvals import ApprovalDenied, ApprovalExpired, ApprovalWithdrawn
from events.base import Value
from events.calls import (
    Output,
    ToolCallCancelled,
    ToolCallCompleted,
    ToolCallFailed,
    ToolCallLapsed,
    ToolCallOutcomeUnknown,
    ToolCallRefused,
    ToolCallRejected,
    ToolCallWithdrawn,
)
from events.lifecycle import State
from events.recorded import Recorded
from events.review import Context, Decision, Integration, Prompt

HANDOFF = "request_handoff"
"""The call that waits for a person, not for a program."""

type Signal = Literal["ctrl_c", "ctrl_d", "ctrl_z", "ctrl_backslash"]
type Format = Literal["text", "ansi"]
type Fidelity = Literal["raw", "rendered"]
type Would = Literal["run", "wait_for_approval", "be_blocked"]
type Outcome = (
    ToolCallRefused
    | ToolCallLapsed
    | ToolCallWithdrawn
    | ToolCallRejected
    | ToolCallCompleted
    | ToolCallFailed
    | ToolCallCancelled
    | ToolCallOutcomeUnknown
    | ApprovalDenied
    | ApprovalExpired
    | ApprovalWithdrawn
)


class Judgement(Value):
    """What the review said of a call, if it came to that, and what it asked a person."""

    decision: Decision | None = None
    approval_id: str = ""


class CallView(Value):
    """One call as it is now. `outcome` is the event that ended it, if one did.

    `seq` is the log position of its newest event. `queued_behind` counts the calls that the
    session takes first. `output` is what the command printed so far; once the call has ended,
    the output in `outcome` counts. `cursor` starts read_output at the command's first line. A
    call whose deadline passed with nobody to review it is EXPIRED without an outcome. `attach` is
    what a person types to see the session that it opened.
    """

    call_id: str
    session_id: str
    epoch: str = ""
    fidelity: Fidelity = "raw"
    tool: str
    state: State
    seq: int = 0
    queued_behind: int = 0
    decision: Decision | None = None
    approval_id: str = ""
    expires_at: datetime | None = None
    outcome: Outcome | None = None
    output: Output = Output()
    cursor: str = ""
    awaiting_input: bool = False
    attach: str = ""


class InterruptView(Value):
    """A key was sent to the caller's own running command; `stopped` was observed."""

    call: CallView
    signal: Signal
    stopped: bool


class SessionView(Value):
    """One terminal session as it is now. `queued` counts calls that wait or run in it."""

    session_id: str
    epoch: str = ""
    name: str = ""
    owner: str = ""
    state: Literal["open", "closed", "lost"] = "open"
    backend: Literal["pty", "tmux", "iterm2"] = "pty"
    fidelity: Fidelity = "raw"
    shell: str = ""
    integration: Integration = "none"
    prompt: Prompt = "unknown"
    foreground: str = ""
    cwd: str = ""
    cols: int = 0
    rows: int = 0
    control: Literal["agent", "human", "free"] = "free"
    running_command_id: str = ""
    queued: int = 0
    recording_gaps: int = 0
    last_seq: int = 0


class SessionQuery(Value):
    """Which sessions are asked for, by which tool; an empty field does not narrow."""

    tool: Literal["list_sessions", "close_session"] = "list_sessions"
    session_id: str = ""
    state: Literal["open", "closed", "any"] = "open"
    owner: str = ""
    cursor: str = ""
    limit: int = 20


class SessionPage(Value):
    """Some of the sessions that the caller may see. `seq` is the log position of the answer."""

    sessions: tuple[SessionView, ...] = ()
    next_cursor: str = ""
    seq: int = 0


class ScreenQuery(Value):
    """Which screen: as it is now, or as it was at the position `at_seq` of the log."""

    session_id: str
    format: Format = "text"
    at_seq: int = 0


class ScreenView(Value):
    """What a terminal shows, or showed. The cursor counts from 0, in character cells.

    Of a past screen, `seq` is the event that knows how much was printed by then: `at_offset`.
    """

    session_id: str
    epoch: str = ""
    fidelity: Fidelity = "raw"
    seq: int = 0
    text: str
    cursor_row: int = 0
    cursor_col: int = 0
    cols: int
    rows: int
    alternate_screen: bool = False
    title: str = ""
    at_offset: int = 0
    concealed: tuple[str, ...] = ()


class WaitQuery(Value):
    """What to wait for: exactly one of a text, a pattern and a time without output.

    Below 0, `from_offset` is now, or where the command `call_id` began to print.
    """

    session_id: str
    text: str = ""
    pattern: str = ""
    idle_ms: int = 0
    from_offset: int = -1
    call_id: str = ""
    wait_ms: int = 0


class WaitView(Value):
    """What came of a wait. `line` is the one that matched; a search goes on at `next_offset`."""

    session_id: str
    epoch: str = ""
    fidelity: Fidelity = "raw"
    seq: int = 0
    status: Literal["matched", "not_yet", "session_closed"] = "not_yet"
    line: str = ""
    next_offset: int = 0
    quiet_ms: int = 0
    gap_bytes: int = 0


class CastQuery(Value):
    """Which recording for a player, and from which offset on."""

    session_id: str
    offset: int = 0


class CastPage(Value):
    """A part of a recording that plays on its own; the next one begins at `next_offset`."""

    text: str
    next_offset: int = 0
    at_end: bool = True


class Watched(Value):
    """What somebody wants to hear changes of: a session, or only one of its commands."""

    session_id: str = ""
    call_id: str = ""


class Change(Value):
    """Whether something was printed after the offset asked about, up to which, and if it ends."""

    changed: bool
    offset: int = -1
    over: bool = False


class CheckView(Value):
    """What would be said about a command in the session as `context` shows it.

    `queued_behind` counts the calls that the session would take first; `code` says why it would
    be refused.
    """

    session_id: str
    epoch: str = ""
    seq: int = 0
    would: Would = "run"
    decision: Decision
    context: Context
    code: str = ""
    queued_behind: int = 0


class TimelineQuery(Value):
    """Which events are asked for: of one command, one session, or all of the caller's sessions.

    Without `types`, of every type.
    """

    session_id: str = ""
    call_id: str = ""
    types: tuple[str, ...] = ()
    after_seq: int = 0
    limit: int = 50


class TimelinePage(Value):
    """Some events of the caller, oldest first; `more` may follow after `next_after_seq`."""

    events: tuple[Recorded, ...] = ()
    next_after_seq: int = 0
    more: bool = False


class OutputQuery(Value):
    """A part of a recording: of one command, or of a whole session.

    `cursor` goes on where an earlier page ended; else `tail` takes the last lines; else
    `from_line` counts from 0.
    """

    session_id: str = ""
    call_id: str = ""
    cursor: str = ""
    from_line: int = 0
    tail: int = 0
    max_chars: int = 8000


class OutputPage(Value):
    """Lines of a recording as plain text. `gap_bytes` were printed here but not recorded.

    `eof` says that nothing more will come: the command or the session has ended.
    """

    session_id: str
    call_id: str = ""
    epoch: str = ""
    fidelity: Fidelity = "raw"
    seq: int = 0
    text: str = ""
    first_line: int = 0
    next_cursor: str = ""
    eof: bool = False
    gap_bytes: int = 0
    concealed: tuple[str, ...] = ()
