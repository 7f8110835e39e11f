"""Text as a person may safely be shown it, and the characters that prevent that."""

import re

_MAX_SHOWN = 800

# Listed, not taken from the Unicode tables of the interpreter: a decision must come out the
# same under another Python version.
FORBIDDEN = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 without TAB and LF, DEL, C1
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # change the reading direction
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f"
    "\u3164\ufeff\uffa0\ufff9-\ufffb"  # invisible
    "\u2028\u2029"  # line ends for some programs only
    "\ufe00-\ufe0f\U000e0100-\U000e01ef"  # variation selectors
    "\U000e0000-\U000e007f"  # tags
    "\ud800-\udfff"  # half a character
    "]"
)


def visible(text: str) -> str:
    """One line without anything a terminal would obey or hide."""
    shown = FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", re.sub(r"[\n\t]", " ", text))
    return shown if len(shown) <= _MAX_SHOWN else shown[:_MAX_SHOWN] + "\N{HORIZONTAL ELLIPSIS}"
