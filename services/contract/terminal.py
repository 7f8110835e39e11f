"""Questions about live terminals, answered by the session_driver of their node."""

from pathlib import Path
from typing import Literal

from events.actions import AdoptSession, OpenSession
from events.base import Value
from events.calls import Output
from events.review import Context
from services.runtime.rpc import Question

type Signal = Literal["ctrl_c", "ctrl_d", "ctrl_z", "ctrl_backslash"]


def terminals_of(node: str) -> str:
    """Return the subject under which a node's terminals answer."""
    return f"rpc.session_driver.{node}"


def driver_lock_of(run: Path, node: str) -> Path:
    """Return what the driver of a node holds while it runs."""
    return run / f"session_driver.{node}.lock"


def tmux_socket_of(run: Path, node: str) -> Path:
    """Return where the tmux server of a node answers, once there was one."""
    return run / f"tmux.{node}"


def context_before(session_id: str, owner: str, action: OpenSession) -> Context:
    """Return the context of a session that does not exist yet."""
    return Context(
        session_id=session_id,
        owner=owner,
        shell=action.shell,
        cwd=action.cwd,
        environment=action.env,
    )


class PaneNote(Value):
    """A person's terminal that could be adopted: what it is, never what it shows."""

    backend: Literal["tmux", "iterm2"]
    target: str
    title: str
    program: str
    cwd: str
    cols: int
    rows: int


class WhichPanes(Value):
    """Which terminals of people are asked about; all without a target."""

    backend: Literal["tmux", "iterm2", ""] = ""
    target: str = ""


class Panes(Value):
    """Terminals of people that could be adopted now."""

    panes: tuple[PaneNote, ...] = ()


def context_of(session_id: str, owner: str, pane: PaneNote) -> Context:
    """Return the context of an adoption: which program runs there, and where."""
    return Context(session_id=session_id, owner=owner, foreground=pane.program, cwd=pane.cwd)


def panes_of(action: AdoptSession) -> WhichPanes:
    """Return the question for the terminal that is to be adopted."""
    return WhichPanes(backend=action.backend, target=action.target)


class WhichSession(Value):
    """The session asked about."""

    session_id: str


class LookAt(Value):
    """A session whose state is asked for; `settled` waits for the prompt after a command's end."""

    session_id: str
    settled: bool = True


class Interrupt(Value):
    """Press a key for the caller's own running command, past the queue."""

    session_id: str
    call_id: str
    by: str
    signal: Signal


class Interrupted(Value):
    """Whether the command was seen to stop; `sequence` of the record, 0 if it was not stored."""

    stopped: bool
    sequence: int = 0


class ReadScreen(Value):
    """Ask what a terminal shows."""

    session_id: str
    format: Literal["text", "ansi"] = "text"


class Screen(Value):
    """What a terminal shows; the cursor counts from 0, in character cells.

    A past one says at which `offset`, and no epoch.
    """

    epoch: str = ""
    text: str
    cursor_row: int
    cursor_col: int
    cols: int
    rows: int
    alternate_screen: bool
    title: str = ""
    offset: int = 0
    concealed: tuple[str, ...] = ()


class ReadPastScreen(Value):
    """Ask what a terminal showed when it had printed so many bytes, also one that has ended."""

    session_id: str
    offset: int
    format: Literal["text", "ansi"] = "text"


class Progress(Value):
    """What the running command printed so far."""

    call_id: str = ""
    output: Output = Output()
    awaiting_input: bool = False


class ReadOutput(Value):
    """Ask for a page of a recording between two byte offsets; 0 as the end means now.

    `offset` and `line` go on where an earlier page ended; else `tail` takes the last lines; else
    `from_line` counts from 0. `first_record` is where the reading of OUTPUT starts.
    """

    session_id: str
    first_offset: int = 0
    end_offset: int = 0
    first_record: int = 0
    offset: int = -1
    line: int = 0
    from_line: int = 0
    tail: int = 0
    max_chars: int = 8000


class OutputText(Value):
    """A page as plain text; `gap_bytes` were printed here but not recorded."""

    text: str
    first_line: int
    next_offset: int
    next_line: int
    at_end: bool
    gap_bytes: int = 0
    concealed: tuple[str, ...] = ()


class WhichControls(Value):
    """Those of every terminal of the node."""


class Controlled(Value):
    """Who has control of a terminal, and whom an assistant asks to take it, and why."""

    session_id: str
    by: str = ""
    how: str = ""
    asked_by: str = ""
    asked_for: str = ""


class Controls(Value):
    """Each open terminal of the node."""

    sessions: tuple[Controlled, ...]


class ControlChange(Value):
    """A person takes or returns control; they name the session as they like."""

    session: str
    by: str


class ReadCast(Value):
    """Ask for a recording as an asciicast, from an offset on; it comes in pages."""

    session_id: str
    offset: int = 0


class Cast(Value):
    """A page that can be played on its own; the next one begins at `next_offset`."""

    text: str
    next_offset: int
    at_end: bool


class WaitFor(Value):
    """Ask to be told when a terminal prints a text, when a line matches, or when it is quiet.

    Exactly one of them; with none of them, when it prints anything at all. The search begins at
    `offset`; below 0 it begins now, or where the running command `call_id` began to print.
    `quiet_ms` is how long the asker knows it to be quiet already. The answer comes after
    `hold_ms` at the latest: whoever waits longer asks again.
    """

    session_id: str
    text: str = ""
    pattern: str = ""
    idle_ms: int = 0
    offset: int = -1
    call_id: str = ""
    quiet_ms: int = 0
    hold_ms: int = 0


class Waited(Value):
    """What came of it; `next_offset` is where the next question begins, so that nothing is missed.

    `gap_bytes` were printed in between, but nobody has them any more.
    """

    status: Literal["matched", "not_yet", "session_closed"]
    line: str = ""
    next_offset: int = 0
    quiet_ms: int = 0
    gap_bytes: int = 0


SETTLING = 8.0
"""Seconds that a settled context may take: a shell may be slow to show its prompt."""
CONTEXT = Question("context", LookAt, Context)
PROGRESS = Question("progress", WhichSession, Progress)
SCREEN = Question("screen", ReadScreen, Screen)
OUTPUT = Question("output", ReadOutput, OutputText)
INTERRUPT = Question("interrupt", Interrupt, Interrupted)
ADOPTABLE = Question("adoptable", WhichPanes, Panes)
CONTROLS = Question("controls", WhichControls, Controls)
TAKE = Question("control.take", ControlChange, Controlled)
GIVE_BACK = Question("control.return", ControlChange, Controlled)
WAIT = Question("wait", WaitFor, Waited)
PAST_SCREEN = Question("past-screen", ReadPastScreen, Screen)
CAST = Question("cast", ReadCast, Cast)
