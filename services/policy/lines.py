"""Where in a rule file a key is said."""

import re
from collections.abc import Iterator
from typing import Final

_TABLE: Final = re.compile(r"\s*\[{1,2}\s*([^\]]+?)\s*\]")
_SETTING: Final = re.compile(r"""\s*((?:[\w.-]|"[^"]*"|'[^']*'|[ \t])+?)\s*=""")
_DECORATION: Final = re.compile(r"""["']|\s*(?=\.)|(?<=\.)\s*""")


def line_of(content: str, key: str) -> int:
    """Return the line that says most of a dotted key, or the first one below it; 0 for none."""
    lines = [(said, number) for number, said in _keys(content)]
    above = [each for each in lines if f"{key}.".startswith(f"{each[0]}.")]
    below = (number for said, number in lines if said.startswith(f"{key}."))
    return max(above, key=lambda each: len(each[0]))[1] if above else next(below, 0)


def _keys(content: str) -> Iterator[tuple[int, str]]:
    table = ""
    for number, line in enumerate(content.splitlines(), 1):
        if header := _TABLE.match(line):
            table = _plain(header[1])
            yield number, table
        elif setting := _SETTING.match(line):
            yield number, f"{table}.{_plain(setting[1])}".lstrip(".")


def _plain(name: str) -> str:
    return _DECORATION.sub("", name)
