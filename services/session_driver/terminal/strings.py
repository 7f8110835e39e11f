"""Removes the string sequences (OSC, DCS, SOS, PM, APC) from a stream of bytes."""

import re

_C1 = re.compile(rb"\xc2([\x80-\x9f])")
_START = re.compile(rb"\x1b[\]PX^_]")
_END = re.compile(rb"[\x18\x1a\x1b]")
_END_OF_OSC = re.compile(rb"[\x07\x18\x1a\x1b]")
_ESC = 0x1B


class Strings:
    """What is inside a string sequence is shown by no terminal, however long it is."""

    def __init__(self) -> None:
        self._held = b""  # the start of something that the next bytes decide
        self._inside: re.Pattern[bytes] | None = None

    def feed(self, data: bytes) -> bytes:
        """Return the bytes outside strings; 8-bit controls come out in their 7-bit form."""
        data = self._held + data
        cut = len(data) - data.endswith((b"\x1b", b"\xc2"))
        data, self._held = data[:cut], data[cut:]
        if b"\xc2" in data:
            data = _C1.sub(lambda match: bytes((_ESC, match[1][0] - 0x40)), data)
        if self._inside is None and b"\x1b" not in data:
            return data
        return b"".join(self._outside(data))

    def _outside(self, data: bytes) -> list[bytes]:
        parts: list[bytes] = []
        at = 0
        while at < len(data):
            if self._inside is not None:
                at = self._leave(data, at, self._inside)
                continue
            start = _START.search(data, at)
            parts.append(data[at : start.start() if start else len(data)])
            at = len(data)
            if start is not None:
                at = start.end()
                self._inside = _END_OF_OSC if start[0] == b"\x1b]" else _END
        return parts

    def _leave(self, data: bytes, at: int, ends: re.Pattern[bytes]) -> int:
        """Return where the string ends: after its terminator, or before another sequence."""
        end = ends.search(data, at)
        if end is None:
            return len(data)
        self._inside = None
        if end[0] != b"\x1b":
            return end.end()
        return end.end() + 1 if data[end.end() : end.end() + 1] == b"\\" else end.start()
