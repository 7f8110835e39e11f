"""What a call asks a terminal to do. The tag is the name of the MCP tool."""

from typing import Final, Literal

import msgspec

from events.base import Text, Value

type Placement = Literal["background", "window", "tab", "split_right", "split_below"]


class RunCommand(Value, tag="run_command", tag_field="tool"):
    """Type one command at an idle prompt and press Enter. 0 ms means no time limit."""

    command: Text
    timeout_ms: int = 0
    max_output_chars: int = 8000


class SendText(Value, tag="send_text", tag_field="tool"):
    """Type text into whatever runs in the session; `submit` presses Enter after it."""

    text: Text
    submit: bool = False
    bracketed: bool = True


class SendKeys(Value, tag="send_keys", tag_field="tool"):
    """Press named keys, in order."""

    keys: tuple[str, ...]


class OpenSession(Value, tag="open_session", tag_field="tool"):
    """Start a shell in a new terminal. Sizes are in character cells.

    `placement` is where it is shown in iTerm2, with a profile of that name; `split_from` is the
    session beside or below which, the pane in front where it is empty.
    """

    name: str = ""
    cwd: Text = ""
    shell: str = ""
    env: dict[str, Text] = msgspec.field(default_factory=dict[str, Text])
    cols: int = 120
    rows: int = 32
    backend: Literal["pty", "tmux"] = "pty"
    placement: Placement = "background"
    profile: str = ""
    split_from: str = ""


class CloseSession(Value, tag="close_session", tag_field="tool"):
    """End a terminal session."""

    mode: Literal["if_idle", "interrupt", "force"] = "if_idle"


class AdoptSession(Value, tag="adopt_session", tag_field="tool"):
    """Take a terminal that a person has open as a session; the backend knows it by its target."""

    backend: Literal["tmux", "iterm2"]
    target: str
    name: str = ""


class RequestHandoff(Value, tag="request_handoff", tag_field="tool"):
    """Ask a person to take the terminal for a while; types nothing."""

    reason: Text


type SessionAction = OpenSession | CloseSession | AdoptSession | RequestHandoff
"""What is done to a session, and not in it."""
type Action = RunCommand | SendText | SendKeys | SessionAction
ACTIONS: Final = (
    *(RunCommand, SendText, SendKeys),
    *(OpenSession, CloseSession, AdoptSession, RequestHandoff),
)
BEGINNINGS: Final = (OpenSession, AdoptSession)
"""The actions that a session begins with."""
