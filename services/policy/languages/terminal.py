"""Escapes that make characters which a terminal obeys, out of a text that holds none."""

import re
from typing import Final

AWK: Final = re.compile(
    r"\\(?:x(?P<hex>[0-9a-fA-F]+)|(?P<oct>[0-7]{1,3})|(?P<any>u)|[\s\S])"
    r"|(?P<letter>%[-+ #0]*[0-9*]*(?:\.[0-9*]+)?c)"
)
SED: Final = re.compile(
    r"\\(?:x(?P<hex>[0-9a-fA-F]{1,2})|o(?P<oct>[0-7]{1,3})|d(?P<dec>[0-9]{1,3})|(?P<any>c)|[\s\S])"
)
JQ: Final = re.compile(r"\\(?:u(?P<hex>[0-9a-fA-F]{4})|[\s\S])")

_COLOUR: Final = re.compile(
    r"\\(?:0?33|o0?33|x1[bB]|u001[bB])\[(?!(?:[0-9;]*;)?0*8[;m])[0-9;]*m"  # not the hidden one
)
_BASES: Final = {"hex": 16, "oct": 8, "dec": 10}


def draws(source: str, escapes: re.Pattern[str]) -> bool:
    """Whether an escape gives such a character by its number, but for those that set a colour."""
    return any(_obeyed(found) for found in escapes.finditer(_COLOUR.sub("", source)))


def _obeyed(escape: re.Match[str]) -> bool:
    kind = escape.lastgroup
    if kind in _BASES:
        code = int(escape[kind], _BASES[kind])
        return not (code in {0, 9, 10} or 0x20 <= code < 0x7F)
    return kind is not None
