"""Why a tool call was not taken, in words that a model can act on."""

from math import ceil
from typing import Literal

from projections.sessions import Session

type Code = Literal[
    "unknown_tool",
    "invalid_arguments",
    "unknown_argument",
    "unknown_session",
    "unknown_command",
    "stale_epoch",
    "session_closed",
    "control_with_person",
    "no_such_shell",
    "backend_unavailable",
    "unknown_target",
    "already_adopted",
    "command_too_long",
    "control_characters",
    "idempotency_conflict",
    "already_running",
    "not_running",
    "cursor_expired",
    "unknown_position",
    "not_recorded",
    "deadline_passed",
    "missing_scope",
    "too_many_requests",
    "rate_limited",
    "driver_unavailable",
    "log_unavailable",
    "log_full",
    "internal_error",
]


class Refusal(Exception):
    """The call was not taken and nothing was typed.

    `command_id` is that of a call of which only the log can tell whether it was.
    """

    def __init__(
        self,
        code: Code,
        message: str,
        *,
        valid: tuple[str, ...] = (),
        next_step: str = "",
        command_id: str = "",
    ) -> None:
        super().__init__(message)
        self.code: Code = code
        self.message = message
        self.valid = valid
        self.next_step = next_step
        self.command_id = command_id


def unknown_session(session_id: str) -> Refusal:
    """Answer the same for a session of somebody else and for one that never was."""
    return Refusal(
        "unknown_session",
        f"There is no session {session_id!r}.",
        next_step="Call list_sessions for the sessions you can use, or open_session for a new one.",
    )


def unknown_target(target: str, valid: tuple[str, ...]) -> Refusal:
    """Refuse what is no terminal of the user, or none that can be adopted."""
    return Refusal(
        "unknown_target",
        f"There is no terminal {target!r} that can be adopted. Nothing was adopted.",
        valid=valid,
        next_step='Call list_sessions(state="adoptable"). A terminal that already has a pipe, '
        "that types into others too, or in which this very system runs is never in it.",
    )


def already_adopted(target: str, session_id: str) -> Refusal:
    """Refuse a terminal that is a session already."""
    return Refusal(
        "already_adopted",
        f"{target!r} is adopted already, as session {session_id!r}.",
        valid=(session_id,),
        next_step="Use that session if list_sessions shows it to you.",
    )


def session_closed(session: Session) -> Refusal:
    """Refuse a session that has ended, and say why it did."""
    then = ""
    if session.ended == "idle":
        then = " If such sessions should stay open longer, the user can raise that setting."
    return Refusal(
        "session_closed",
        f"{_ended(session)} Nothing was typed.",
        next_step=f"Call open_session for a new one; read_output still reads this one.{then}",
    )


def screen_gone(session: Session, at_seq: int) -> Refusal:
    """Refuse to show what a session that has ended shows now: only its past can be shown."""
    return Refusal(
        "session_closed",
        f"{_ended(session)} It shows nothing any more.",
        next_step=f"read_screen(session_id={session.session_id}, at_seq={at_seq}) shows what it "
        "showed last; read_output reads all that it printed.",
    )


def _ended(session: Session) -> str:
    why = session.state
    if session.ended == "idle":
        why = "closed: nothing was typed, printed or run in it for performance.sessionTimeout"
    return f"Session {session.session_id!r} has ended ({why})."


def cursor_expired(cursor: str, tool: str) -> Refusal:
    """Refuse a cursor that no answer gave, or whose place is forgotten by now."""
    return Refusal(
        "cursor_expired",
        f"{cursor!r} is no cursor of {tool}, or not any more.",
        next_step="Use next_cursor of an earlier answer, or leave it out to start at the top.",
    )


def unknown_command(command_id: str) -> Refusal:
    """Answer the same for a command of somebody else and for one that never was."""
    return Refusal(
        "unknown_command",
        f"There is no command {command_id!r}: none of yours is recorded under this id (yet).",
        next_step="Use the command_id that run_command, send_text or send_keys returned. If that "
        "answer was log_unavailable, call wait_command again once the log is back; where it is "
        "unknown for 10 s more, it was never taken: nothing ran, and you may send it again.",
    )


def control_with_person(session_id: str, by: str) -> Refusal:
    """Refuse what would be typed or shown while a person has the keyboard."""
    return Refusal(
        "control_with_person",
        f"{by} has control of session {session_id!r}. Nothing was typed.",
        next_step=RETURN_STEP.format(session=session_id),
    )


def rate_limited(what: str, limit: int, wait: float, setting: str) -> Refusal:
    """Refuse what comes too fast, and say when it would be taken."""
    return Refusal(
        "rate_limited",
        f"You made {limit} {what} within a minute, which is the limit ({setting}). This one was "
        "not taken, and nothing was typed.",
        valid=(f"at most {limit} a minute",),
        next_step=f"Wait {max(1, ceil(wait))} s, then ask again. Do several things in one command, "
        "and use wait_command or wait_for instead of looking again and again.",
    )


RETURN_STEP = (
    "Do something else meanwhile, or ask the user to return it: eim return {session}. "
    "request_handoff waits until they do; list_sessions shows who has control."
)


def stale_epoch(session_id: str, current: str) -> Refusal:
    """Refuse a target that was replaced since the caller looked at it."""
    return Refusal(
        "stale_epoch",
        f"Session {session_id!r} is another terminal than the one you saw. Nothing was typed.",
        valid=(current,),
        next_step="Look at it with read_screen, then use its current session_epoch.",
    )
