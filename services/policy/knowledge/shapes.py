"""Words that are harmless in a certain form only, for the places where any text is too much."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from services.policy.value import UNKNOWN

_COLOUR = r"\\(?:e|E|033|x1[bB])\[(?!(?:[0-9;]*;)?0*8[;m])[0-9;]*m"
_ESCAPE = rf"\\(?:[^0-9xXuUeEbrvfc{UNKNOWN}]|0(?![0-9{UNKNOWN}]))"
_LETTER = r"\\x(?:[2-6][0-9a-fA-F]|7[0-9a-eA-E])"
_PRINTED = rf"(?:[^\\]|{_ESCAPE}|{_LETTER}|{_COLOUR})*"
_CONVERSION = r"%[-+ #0]*[0-9]{0,4}(?:\.[0-9]{0,4})?"

SHAPES: Final[Mapping[str, str]] = {
    # No escape that the terminal obeys, but for colours.
    "printed": _PRINTED,
    # In zsh the arguments of %d, and of * anywhere, are evaluated, which can run a command.
    "format": rf"(?!-)(?:[^\\%]|%%|{_CONVERSION}[scbq]|{_ESCAPE}|{_COLOUR})*",
    "numbers": rf"(?!-)(?:[^\\%]|%%|{_CONVERSION}[diouxXeEfFgGsc]|{_ESCAPE}|{_COLOUR})*",
    "number": r"[-+]?(?:[0-9]{1,20}(?:\.[0-9]{1,20})?|0[xX][0-9a-fA-F]{1,16})",
    "word": r"[A-Za-z0-9_][A-Za-z0-9_.:@%+,/-]*",
    "name": r"[A-Za-z_][A-Za-z0-9_]*",
}


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
