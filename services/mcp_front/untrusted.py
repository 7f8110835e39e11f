"""Makes text that a program printed harmless to show: data, never instructions or escapes."""

import re
from hashlib import sha256
from typing import Final

from events.base import SealedTextError, Text, plain

SEALED: Final = "[sealed: its key was destroyed or is not at hand]"

_CONTROL = r"\x00-\x08\x0b-\x1f\x7f-\x9f"
_INVISIBLE = r"\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e0fff"
_HARMFUL: Final = re.compile(f"[{_CONTROL}{_INVISIBLE}\ud800-\udfff]")
_HARMFUL_BUT_ESC: Final = re.compile(_HARMFUL.pattern.replace(r"\x0b-\x1f", r"\x0b-\x1a\x1c-\x1f"))


def shown(text: Text) -> str:
    """Return what may be shown of a text from the log."""
    try:
        return neutral(plain(text))
    except SealedTextError:
        return SEALED


def neutral(text: str, *, keep_escapes: bool = False) -> str:
    """Spell out control, direction and invisible characters; line feed and tab stay."""
    pattern = _HARMFUL_BUT_ESC if keep_escapes else _HARMFUL
    return pattern.sub(_spelled, text.replace("\r\n", "\n"))


def label(text: Text) -> str:
    """Return a short text on one line, such as a name that a program may have set."""
    return " ".join(shown(text).split())[:200]


def fence(text: str, title: str) -> str:
    """Enclose data between two lines that it cannot know and therefore not imitate."""
    mark = sha256(text.encode()).hexdigest()[:8]
    heading = f" ({title})" if title else ""
    return f"--- untrusted output {mark}{heading}\n{text}\n--- end of untrusted output {mark}"


def _spelled(match: re.Match[str]) -> str:
    return f"<U+{ord(match[0]):04X}>"
