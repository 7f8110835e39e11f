"""What a raw cell of the emulator means."""

from dataclasses import dataclass
from functools import cache

from iterm2 import api_pb2 as api
from pyghostty import ffi, lib

_TYPES = {
    "CODEPOINT": "uint32_t*",
    "CONTENT_TAG": "GhosttyCellContentTag*",
    "WIDE": "GhosttyCellWide*",
    "STYLE_ID": "uint16_t*",
    "COLOR_PALETTE": "uint8_t*",
    "COLOR_RGB": "GhosttyColorRgb*",
}


_ATTRIBUTES = (
    *("bold", "faint", "italic", "blink"),
    *("underline", "strikethrough", "invisible", "inverse"),
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its character if it has only one, and which style of its row it has."""

    text: str
    several: bool  # more code points belong to it
    written: bool  # something was put here, if only the second half of a wide character
    style: int
    background: tuple[int, ...] = ()  # of an empty cell that was erased in colour


@cache
def decoded(raw: int) -> Cell:
    tag = _get(raw, "CONTENT_TAG")
    if tag == lib.GHOSTTY_CELL_CONTENT_BG_COLOR_PALETTE:
        return Cell("", False, False, 0, (_get(raw, "COLOR_PALETTE"),))
    if tag == lib.GHOSTTY_CELL_CONTENT_BG_COLOR_RGB:
        rgb = _get(raw, "COLOR_RGB")
        return Cell("", False, False, 0, (rgb.r, rgb.g, rgb.b))
    point, spare = _get(raw, "CODEPOINT"), _get(raw, "WIDE") >= lib.GHOSTTY_CELL_WIDE_SPACER_TAIL
    several = tag == lib.GHOSTTY_CELL_CONTENT_CODEPOINT_GRAPHEME
    return Cell(chr(point) if point else "", several, bool(point) or spare, _get(raw, "STYLE_ID"))


def _get(raw: int, name: str):
    out = ffi.new(_TYPES[name])
    lib.ghostty_cell_get(raw, getattr(lib, f"GHOSTTY_CELL_DATA_{name}"), out)
    return out[0]


def cell_style(style, background: tuple[int, ...] = ()) -> api.CellStyle:
    """Say in iTerm2's words how a cell looks; `style` is the emulator's, None for the default."""
    said = api.CellStyle(fgAlternate=api.DEFAULT, bgAlternate=api.DEFAULT)
    if style is not None:
        _colours(said, style)
        for name in (name for name in _ATTRIBUTES if getattr(style, name)):
            setattr(said, name, True)
    if len(background) == 1:
        said.bgStandard = background[0]
    elif background:
        said.bgRgb.CopyFrom(_rgb(*background))
    return said


def _colours(said: api.CellStyle, style) -> None:
    for ground in ("fg", "bg"):
        colour = getattr(style, f"{ground}_color")
        if colour.tag == lib.GHOSTTY_STYLE_COLOR_PALETTE:
            setattr(said, f"{ground}Standard", colour.value.palette)
        elif colour.tag == lib.GHOSTTY_STYLE_COLOR_RGB:
            value = colour.value.rgb
            getattr(said, f"{ground}Rgb").CopyFrom(_rgb(value.r, value.g, value.b))
    if style.underline_color.tag == lib.GHOSTTY_STYLE_COLOR_RGB:
        value = style.underline_color.value.rgb
        said.underlineColor.CopyFrom(_rgb(value.r, value.g, value.b))


def _rgb(red: int, green: int, blue: int) -> api.RGBColor:
    return api.RGBColor(red=red, green=green, blue=blue)
