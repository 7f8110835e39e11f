"""Exactly the bytes that an action types."""

from typing import assert_never

from events.actions import (
    Action,
    AdoptSession,
    CloseSession,
    OpenSession,
    RequestHandoff,
    RunCommand,
    SendKeys,
    SendText,
)
from events.base import plain
from events.review import Context
from services.policy.keys import KEYS

ENTER = b"\r"
PASTE_START, PASTE_END = b"\x1b[200~", b"\x1b[201~"


class CannotType(ValueError):
    """The terminal would not receive the text as it was reviewed."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def keystrokes(action: Action, context: Context) -> bytes:
    match action:
        case RunCommand():
            return _command(plain(action.command), paste=context.bracketed_paste) + ENTER
        case SendText():
            paste = action.bracketed and context.bracketed_paste
            return _text(plain(action.text), paste=paste) + (ENTER if action.submit else b"")
        case SendKeys():
            return b"".join(_key(name) for name in action.keys)
        case OpenSession() | CloseSession() | AdoptSession() | RequestHandoff():
            return b""
        case _:
            assert_never(action)


def _command(text: str, *, paste: bool) -> bytes:
    if not paste and "\n" in text:
        raise CannotType(
            "multiline_needs_bracketed_paste",
            "The shell has not turned bracketed paste on, so each line would run on its own: "
            "send one line.",
        )
    if not paste and "\t" in text:
        raise CannotType(
            "tab_needs_bracketed_paste",
            "The shell has not turned bracketed paste on, so a tab would start a completion: "
            "use blanks.",
        )
    return _text(text, paste=paste)


def _text(text: str, *, paste: bool) -> bytes:
    try:
        typed = text.encode()
    except UnicodeEncodeError as error:
        raise CannotType("not_text", f"The text cannot be encoded: {error.reason}.") from error
    if paste and PASTE_END in typed:
        raise CannotType("ends_paste", "The text would end the bracketed paste it is sent in.")
    return PASTE_START + typed + PASTE_END if paste else typed


def _key(name: str) -> bytes:
    if name not in KEYS:
        raise CannotType("unknown_key", f"There is no key {name!r}; keys are {', '.join(KEYS)}.")
    return KEYS[name]
