"""Turns lines as iTerm2 tells them into what a terminal would be sent to show them."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, repeat

from iterm2.api_pb2 import AlternateColor, CellStyle, LineContents

_FLAGS = (
    ("bold", "1"),
    ("faint", "2"),
    ("italic", "3"),
    ("underline", "4"),
    ("blink", "5"),
    ("inverse", "7"),
    ("invisible", "8"),
    ("strikethrough", "9"),
)
RESET = "\x1b[0m"
EMOJI = "\ufe0f"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of cells: its text, the same with styles, and whether it goes on in the next."""

    text: str
    styled: str
    soft: bool


def row_of(line: LineContents, columns: int | None = None) -> Row:
    """Read a row, or its first columns only; where it is shorter, blanks stand for the rest."""
    soft = line.continuation == LineContents.CONTINUATION_SOFT_EOL
    plain = all(_is_plain(style) for style in line.style)
    whole = columns is None and all(r.num_code_points == 1 for r in line.code_points_per_cell)
    if plain and whole:
        return Row(_printable(line.text), _printable(line.text), soft)
    cells = list(_cells(line))[:columns]
    cells += [" "] * ((columns or 0) - len(cells))
    text = "".join(cells)
    return Row(text, text if plain else _styled(cells, line.style), soft)


def _cells(line: LineContents) -> Iterator[str]:
    """Cut the text into cells; a cell that was never written is a blank.

    The second half of a wide character is never written either; it is no cell of its own here,
    but an empty text, so that columns are counted as on the screen.
    """
    at, before = 0, ""
    runs = ((run.num_code_points, run.repeats) for run in line.code_points_per_cell)
    for points in chain.from_iterable(repeat(count, times) for count, times in runs):
        cell = line.text[at : at + points]
        at += points
        if points:
            before = cell
        yield _printable(cell) if points else ("" if _is_wide(before) else " ")
        before = cell


def _is_wide(cell: str) -> bool:
    return bool(cell) and (unicodedata.east_asian_width(cell[0]) in "WF" or EMOJI in cell)


def _printable(text: str) -> str:
    """A cell holds no control character; should one be told, it is not obeyed here."""
    if text.isprintable():
        return text
    return "".join(" " if unicodedata.category(c) == "Cc" else c for c in text)


def _styled(cells: list[str], styles: Iterable[CellStyle]) -> str:
    parts: list[str] = []
    at, styled = 0, False
    for style in styles:
        length = style.repeats or 1
        codes = _codes(style)
        if codes or styled:
            parts.append(f"\x1b[0;{codes}m" if codes else RESET)
        styled = bool(codes)
        parts.append("".join(cells[at : at + length]))
        at += length
    return "".join(parts) + (RESET if styled else "") + "".join(cells[at:])


def _is_plain(style: CellStyle) -> bool:
    return not _codes(style)


def _codes(style: CellStyle) -> str:
    flags = [code for name, code in _FLAGS if getattr(style, name)]
    return ";".join([*flags, *_foreground(style), *_background(style)])


def _foreground(style: CellStyle) -> list[str]:
    match style.WhichOneof("fgColor"):
        case "fgStandard":
            return [f"38;5;{style.fgStandard}"]
        case "fgRgb":
            return [f"38;2;{style.fgRgb.red};{style.fgRgb.green};{style.fgRgb.blue}"]
        case "fgAlternate" if style.fgAlternate == AlternateColor.REVERSED_DEFAULT:
            return ["7"]
        case _:
            return []


def _background(style: CellStyle) -> list[str]:
    match style.WhichOneof("bgColor"):
        case "bgStandard":
            return [f"48;5;{style.bgStandard}"]
        case "bgRgb":
            return [f"48;2;{style.bgRgb.red};{style.bgRgb.green};{style.bgRgb.blue}"]
        case _:
            return []
