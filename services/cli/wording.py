"""What an event says, in a few words for one line."""

from collections.abc import Iterator
from typing import Final, assert_never

from events.actions import (
    Action,
    AdoptSession,
    CloseSession,
    OpenSession,
    RequestHandoff,
    RunCommand,
    SendKeys,
    SendText,
    SessionAction,
)
from events.base import Sealed
from events.calls import Output, ToolCallRequested
from events.review import Decision
from events.vocabulary import AnyEvent
from services.words.visible import one_line

_WORDS: Final = {
    "principal": "{}:",
    "tool": "{}",
    "action": "{}",
    "approval_id": "{:.10}",
    "approver": "{}",
    "key": "{:.60}",
    "code": "{}:",
    "decision": "{}",
    "status": "{}",
    "exit_code": "exit {}",
    "duration_ms": "{:.0f} ms",
    "output": "{}",
    "signal": "{}",
    "by": "by {}",
    "how": "({})",
    "assurance": "({})",
    "reason": "{}",
    "shell": "{}",
    "cwd": "in {}",
    "cols": "{}",
    "rows": "x {}",
    "pid": "process {}",
    "target": "adopted: {}",
    "layer": "{}",
    "path": "{}",
    "sha256": "{:.12}",
    "version": "{}",
    "platform": "on {}",
    "service": "{} gave up",
    "sequence": "event {}:",
    "error": "{}",
    "restored_to": "to {}",
    "source": "from {}",
    "bytes": "{} bytes:",
}
"""The fields that are shown where an event has them, in this order. An approval's id is shown as
far as a decision needs it."""
_CLAIM: Final = "\N{EM DASH} it says: {}"
"""An assistant's reason: its own words, and no part of what it wants typed."""


def words(event: AnyEvent) -> str:
    """Return what happened, beyond the name of the event."""
    return " ".join(_said(event))


def typed(action: Action) -> str:
    """Return what an action would do."""
    match action:
        case RunCommand():
            return f"run_command {one_line(action.command)}"
        case SendText():
            return f"send_text {one_line(action.text)}{' ⏎' if action.submit else ''}"
        case SendKeys():
            return f"send_keys {one_line(' '.join(action.keys))}"
        case OpenSession() | CloseSession() | AdoptSession() | RequestHandoff():
            return _done_to(action)
        case _:
            assert_never(action)


def _done_to(action: SessionAction) -> str:
    match action:
        case OpenSession():
            return f"open_session {one_line(action.shell)}".rstrip()
        case CloseSession():
            return f"close_session {action.mode}"
        case AdoptSession():
            return f"adopt_session {action.backend}:{one_line(action.target)}"
        case RequestHandoff():
            return f"request_handoff {one_line(action.reason)}"


def _said(event: AnyEvent) -> Iterator[str]:
    for name, form in _WORDS.items():
        value: object = getattr(event, name, None)
        claimed = name == "reason" and isinstance(event, ToolCallRequested)
        if value is not None and value != "":
            yield (_CLAIM if claimed else form).format(_shown(value))


def _shown(value: object) -> object:
    match value:
        case str() | Sealed():
            return one_line(value)
        case Decision():
            return f"{value.tier}: {one_line(value.summary)}"
        case Output():
            return f"{value.total_bytes} bytes"
        case (
            RunCommand()
            | SendText()
            | SendKeys()
            | OpenSession()
            | CloseSession()
            | AdoptSession()
            | RequestHandoff()
        ):
            return typed(value)
        case _:
            return value
