"""Refuses at once what no terminal would be given: unreadable text and keys that do not exist."""

from typing import Final

from services.mcp_front.refusals import Code, Refusal
from services.policy.characters import unreadable
from services.policy.keys import KEYS

_CODES: Final[dict[str, Code]] = {
    "control-characters": "control_characters",
    "too-long": "command_too_long",
}
_NEXT: Final[dict[str, str]] = {
    "control-characters": "Leave them out. Keys such as ctrl_c or esc are pressed with send_keys.",
    "too-long": "Write a script to a file in several steps, then run it.",
}


def check_text(text: str) -> None:
    """Refuse text that is too long or holds characters that do not show."""
    for concern in unreadable(text):
        raise Refusal(
            _CODES[concern.rule],
            f"{concern.text} Nothing was typed.",
            next_step=_NEXT[concern.rule],
        )


def check_command(command: str) -> None:
    """Refuse what check_text does, and a command that would run nothing."""
    check_text(command)
    if not command.strip(" \t\n"):
        raise Refusal(
            "invalid_arguments",
            "command: It is empty but for spaces. Nothing has run, and nobody was asked.",
            next_step="Give a command; keys such as enter are pressed with send_keys.",
        )


def check_keys(keys: tuple[str, ...]) -> None:
    """Refuse the name of a key that no terminal has."""
    for key in keys:
        if key not in KEYS:
            raise Refusal(
                "invalid_arguments",
                f"There is no key {key!r}. Nothing was typed.",
                valid=tuple(KEYS),
                next_step="Use these names; letters and words are typed with send_text.",
            )
