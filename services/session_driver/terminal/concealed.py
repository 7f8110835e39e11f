"""How output keeps text from a person's eye that is read as text, or the reverse. Pure."""

import re
from collections.abc import Iterator
from typing import Final

STYLE: Final = "printed invisibly"
COLOUR: Final = "printed in the colour of its background"
CHARACTERS: Final = "characters that are invisible or change the direction of reading"
REWRITTEN: Final = "written over or cleared by moves of the cursor"
PICTURES: Final = "a picture"

_C1: Final = re.compile(rb"\xc2([\x80-\x9f])")
_STEP: Final = re.compile(
    rb"\x1b\[([\d;:]*)m|\x1b\[[0-?]*[ -/]*[@-~]|\x1b[ -~]|[^\x1b\x00-\x20\x7f]+"
)
_CHARACTERS: Final = re.compile(
    "[\u061c\u200b\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\U000e0000-\U000e01ef]|[\ufe00-\ufe0f]{2}"
)
_REWRITES: Final = re.compile(
    rb"\x1b(?:\[[\d;]*[AFHfd]|\[[?\d;]*[123]J|\[\?(?:47|1047|1049)h|[Mc])"
)
_PICTURE: Final = re.compile(rb"\x1b(?:P[\d;]*q|_G|\]1337;(?:File|MultipartFile)=)")
_STRING: Final = re.compile(rb"\x1b[\]PX^_][^\x07\x18\x1a\x1b]*(?:\x07|\x1b\\)?")
_EXTENDED: Final = {"5": 1, "2": 3}


def concealed(data: bytes, *, moves: bool = True) -> tuple[str, ...]:
    """Return how a part of this is concealed; on a screen, nothing `moves` any more."""
    if b"\xc2" in data:
        data = _C1.sub(lambda match: bytes((0x1B, match[1][0] - 0x40)), data)
    return tuple(dict.fromkeys(_ways(data, moves=moves)))


def _ways(data: bytes, *, moves: bool) -> Iterator[str]:
    if b"\x1b" in data:
        if _PICTURE.search(data):
            yield PICTURES
        shown = _STRING.sub(b"", data)
        yield from _styled(shown)
        if moves and any(shown[: found.start()].strip() for found in _REWRITES.finditer(shown)):
            yield REWRITTEN
    if not data.isascii() and _CHARACTERS.search(data.decode(errors="replace")):
        yield CHARACTERS


def _styled(data: bytes) -> Iterator[str]:
    style = _Style()
    for step in _STEP.finditer(data):
        if step[1] is not None:
            style.take(step[1].decode().replace(":", ";").split(";"))
        elif not step[0].startswith(b"\x1b"):
            yield from style.ways


class _Style:
    """What the next characters look like, as far as that can hide them."""

    def __init__(self) -> None:
        self._hidden = False
        self._colours = {"3": "", "4": ""}

    @property
    def ways(self) -> Iterator[str]:
        if self._hidden:
            yield STYLE
        front, back = self._colours.values()
        if front and front == back:
            yield COLOUR

    def take(self, codes: list[str]) -> None:
        while codes:
            code, *codes = codes
            if code in {"38", "48"}:
                length = 1 + _EXTENDED.get(codes[0] if codes else "", 0)
                self._colours[code[0]] = ";".join(codes[:length])
                codes = codes[length:]
            else:
                self._simple(code.lstrip("0"))

    def _simple(self, code: str) -> None:
        if code == "":
            self._hidden, self._colours = False, {"3": "", "4": ""}
        elif code in {"8", "28"}:
            self._hidden = code == "8"
        elif len(code) == 2 and code[0] in "34":
            self._colours[code[0]] = "" if code[1] == "9" else f"5;{code[1]}"
