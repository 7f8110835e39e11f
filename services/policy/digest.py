"""Keyed digests: what may be done where, and which requests are the same."""

import hmac

import msgspec

from events.actions import Action, AdoptSession, CloseSession, OpenSession, RequestHandoff
from events.base import plain
from events.review import Context
from services.policy.keystrokes import keystrokes


def clearance_digest(key: bytes, action: Action, context: Context, policy_version: str) -> str:
    """Bind a clearance to the bytes to be typed and to the place they are typed into."""
    place = bound(action, context)
    return _digest(
        key,
        {
            "action": msgspec.to_builtins(action)["tool"],
            "what": _what(action, context),
            "session_id": place.session_id,
            "epoch": place.epoch,
            "cwd": plain(place.cwd),
            "shell": place.shell,
            "foreground": place.foreground,
            "prompt": place.prompt,
            "policy_version": policy_version,
        },
    )


def bound(action: Action, context: Context) -> Context:
    """Return what of its context an action depends on.

    A forced end ends whatever is there, and a person sees what there is.
    """
    forced = isinstance(action, CloseSession) and action.mode == "force"
    if forced or isinstance(action, RequestHandoff):
        return Context(session_id=context.session_id, epoch=context.epoch)
    return context


def fingerprint(key: bytes, session_id: str, action: Action) -> str:
    """Tell whether two requests ask for the same thing."""
    return _digest(key, {"session_id": session_id, "action": action})


def same_place(before: Context, now: Context) -> str:
    """Return "" when bytes typed now go where they were meant to go, else what differs."""
    for name, label in _PLACE.items():
        was, is_now = getattr(before, name), getattr(now, name)
        if was != is_now:
            return f"{label} was {was!r} when this was decided and is {is_now!r} now."
    return ""


def same_line(before: Context, now: Context) -> str:
    """Return "" when input comes to a line as it was judged with, else what differs."""
    was, is_now = plain(before.line), plain(now.line)
    return "" if was == is_now else f"The line held {was!r} and holds {is_now!r} now."


def _what(action: Action, context: Context) -> object:
    match action:
        case OpenSession() | CloseSession() | AdoptSession() | RequestHandoff():
            return action
        case _:
            return keystrokes(action, context).hex()


def _digest(key: bytes, content: object) -> str:
    return hmac.digest(key, msgspec.json.encode(content, order="deterministic"), "sha256").hex()


_PLACE = {
    "session_id": "The session",
    "epoch": "The session's epoch",
    "prompt": "The prompt",
    "foreground": "The foreground program",
    "shell": "The shell",
    "cwd": "The working directory",
    "bracketed_paste": "Bracketed paste",
}
