"""Text from the log as a terminal may show it: nothing in it is obeyed or hidden."""

import re
from typing import Final

from events.base import SealedTextError, Text, plain
from services.policy.visible import FORBIDDEN

SEALED: Final = "[sealed: its key was destroyed or is not at hand]"
_NOT_ON_ONE_LINE: Final = re.compile(f"[\t\n]|{FORBIDDEN.pattern}")


def visible(text: Text) -> str:
    """Return the text with control and invisible characters spelled out; its lines stay lines."""
    return FORBIDDEN.sub(_spelled, _readable(text).replace("\t", "⇥   "))


def one_line(text: Text, limit: int = 100) -> str:
    """Return the beginning of the text on one line, everything in it visible."""
    shown = _NOT_ON_ONE_LINE.sub(_spelled, _readable(text)[: limit + 1])
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def json_line(encoded: bytes) -> str:
    """Return JSON with the same meaning that no terminal obeys."""
    return FORBIDDEN.sub(_escaped, encoded.decode())


def _readable(text: Text) -> str:
    try:
        return plain(text)
    except SealedTextError:
        return SEALED


def _spelled(match: re.Match[str]) -> str:
    return {"\n": "⏎", "\t": "⇥"}.get(match[0], f"<U+{ord(match[0]):04X}>")


def _escaped(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be").hex()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))
