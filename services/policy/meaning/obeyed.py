"""Characters that a terminal obeys, in what a text comes to."""

import re

from services.policy.meaning.found import Found
from services.policy.value import Value

# All but colours, of which 8 hides what is written.
_OBEYED = re.compile(r"\x1b(?!\[(?!(?:[0-9;]*;)?0*8[;m])[0-9;]*m)|[\x08\x0e\x0f\x80-\x9f]")


def check_obeyed(value: Value, found: Found) -> None:
    """A program may print what it is given, if only to say that there is no such file."""
    if _OBEYED.search(value.text):
        found.doubt("control-characters", "The text comes to characters that the terminal obeys.")
