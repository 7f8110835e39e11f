"""The keys a caller may name, and the bytes a terminal sends for them."""

from collections.abc import Mapping
from string import ascii_lowercase
from types import MappingProxyType

KEYS: Mapping[str, bytes] = MappingProxyType(
    {
        "enter": b"\r",
        "tab": b"\t",
        "esc": b"\x1b",
        "space": b" ",
        "backspace": b"\x7f",
        "delete": b"\x1b[3~",
        "up": b"\x1b[A",
        "down": b"\x1b[B",
        "right": b"\x1b[C",
        "left": b"\x1b[D",
        "home": b"\x1b[H",
        "end": b"\x1b[F",
        "page_up": b"\x1b[5~",
        "page_down": b"\x1b[6~",
        "f1": b"\x1bOP",
        "f2": b"\x1bOQ",
        "f3": b"\x1bOR",
        "f4": b"\x1bOS",
        "f5": b"\x1b[15~",
        "f6": b"\x1b[17~",
        "f7": b"\x1b[18~",
        "f8": b"\x1b[19~",
        "f9": b"\x1b[20~",
        "f10": b"\x1b[21~",
        "f11": b"\x1b[23~",
        "f12": b"\x1b[24~",
        "ctrl_backslash": b"\x1c",
        **{f"ctrl_{letter}": bytes([number]) for number, letter in enumerate(ascii_lowercase, 1)},
    }
)
