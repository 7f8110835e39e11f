"""Facts about terminal sessions."""

from typing import Literal

from events.base import SessionEvent, Text
from events.review import Integration


class TerminalEvent(SessionEvent):
    """A fact about one terminal."""


class SessionOpened(TerminalEvent):
    """A terminal was started and its shell is running; one with a target is a person's, adopted."""

    epoch: str
    owner: str
    backend: Literal["pty", "tmux", "iterm2"]
    fidelity: Literal["raw", "rendered"] = "raw"
    name: str = ""
    shell: str = ""
    integration: Integration = "none"
    cwd: Text = ""
    cols: int
    rows: int
    pid: int = 0
    target: str = ""
    offset: int = 0


class SessionResized(TerminalEvent):
    """The terminal has another size, in character cells."""

    cols: int
    rows: int


class SessionClosed(TerminalEvent):
    """The terminal ended: its shell exited, somebody closed it, or nothing happened for long.

    A released one goes on: it is a person's own.
    """

    reason: Literal["exited", "closed", "shutdown", "idle", "released"]
    exit_status: int | None = None
    last_offset: int = 0


class SessionLost(TerminalEvent):
    """The terminal is gone and nobody saw how it ended."""

    reason: str
    last_offset: int = 0


class RecordingGapped(TerminalEvent):
    """Bytes were printed that the recording does not hold."""

    offset: int
    bytes: int
    reason: str


class ControlTaken(TerminalEvent):
    """A person took the keyboard: nothing that an assistant asks for is typed meanwhile.

    `typing` is at a view of the session, `take` by a command, `handoff` because a person was asked.
    """

    by: str
    how: Literal["typing", "take", "handoff"]
    offset: int = 0


class ControlReturned(TerminalEvent):
    """The keyboard is the assistant's again."""

    by: str
    reason: Literal["returned", "detached", "view_gone"]
    offset: int = 0
