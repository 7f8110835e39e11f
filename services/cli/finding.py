"""What a look at one part of this machine found."""

from typing import Literal

import msgspec

type Level = Literal["ok", "note", "wrong"]


class Finding(msgspec.Struct, frozen=True):
    """One thing that was looked at; `step` is what to do about it."""

    name: str
    level: Level
    text: str
    step: str = ""


def ok(name: str, text: str) -> Finding:
    """All is well."""
    return Finding(name, "ok", text)


def note(name: str, text: str, step: str = "") -> Finding:
    """It works, and there is something to know."""
    return Finding(name, "note", text, step)


def wrong(name: str, text: str, step: str) -> Finding:
    """It does not work like this."""
    return Finding(name, "wrong", text, step)
