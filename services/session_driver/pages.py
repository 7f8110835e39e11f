"""Cuts a page of whole lines out of a recording. Pure."""

import re

import msgspec

from services.contract.terminal import ReadOutput
from services.session_driver.terminal.concealed import concealed
from services.session_driver.terminal.plain import plain_text

_UNFINISHED = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*|[]P^_X][^\x07\x1b]*|[ -/]*)\Z")
LONGEST_SEQUENCE = 256
CONTINUES = range(0x80, 0xC0)
"""The bytes of a UTF-8 character after its first one."""


class Page(msgspec.Struct, frozen=True):
    """Plain text and where the next page starts; lines count from 0."""

    text: str
    first_line: int
    next_offset: int
    next_line: int
    at_end: bool
    gap_bytes: int
    concealed: tuple[str, ...] = ()


class Pager:
    """Takes a recording in order and keeps just the bytes of one page."""

    def __init__(self, question: ReadOutput) -> None:
        goes_on = question.offset >= 0
        self._tail = 0 if goes_on else question.tail
        self._skip = 0 if goes_on or question.tail else question.from_line
        self._limit = question.max_chars
        self._stop = question.end_offset
        self._line = question.line if goes_on else 0
        self._seen_to = self._kept_at = max(question.offset, question.first_offset, 0)
        self._kept = bytearray()
        self._gaps: list[tuple[int, int]] = []  # where in what is kept, and how many bytes

    @property
    def full(self) -> bool:
        """Whether nothing that comes later can matter for this page."""
        done = self._stop and self._seen_to >= self._stop
        return bool(done or (not self._tail and len(self._kept) > self._limit))

    def gap(self, offset: int, end: int) -> None:
        """Take note of bytes that were printed but not recorded."""
        start, end = max(offset, self._seen_to), self._clipped(end)
        if end <= start:
            return
        self._seen_to = end
        if self._skip:
            self._kept_at = end
        else:
            self._gaps.append((len(self._kept), end - start))

    def feed(self, offset: int, body: bytes) -> None:
        """Take recorded bytes that start at `offset`; what never arrived before them is a gap."""
        end = self._clipped(offset + len(body))
        self.gap(self._seen_to, offset)
        part = body[self._seen_to - offset : max(0, end - offset)]
        if part:
            self._seen_to = end
            self._kept += self._from_first_line(part)
        if self._tail:
            self._trim()

    def page(self) -> Page:
        """Return the page: whole lines where there are any."""
        raw = bytes(self._kept)
        if not self._tail and len(raw) > self._limit:
            raw = raw[: _cut(raw, self._limit)]
        gaps = self._gaps_before(len(raw))
        next_offset = self._kept_at + len(raw) + gaps
        return Page(
            text=plain_text(raw),
            first_line=self._line,
            next_offset=next_offset,
            next_line=self._line + raw.count(b"\n"),
            at_end=next_offset >= self._seen_to,
            gap_bytes=gaps,
            concealed=concealed(raw),
        )

    def _clipped(self, end: int) -> int:
        return min(end, self._stop) if self._stop else end

    def _gaps_before(self, place: int) -> int:
        return sum(length for at, length in self._gaps if at <= place)

    def _from_first_line(self, part: bytes) -> bytes:
        """Drop the lines before the first one asked for."""
        if not self._skip:
            return part
        ends = min(self._skip, part.count(b"\n"))
        at = 0
        for _ in range(ends if ends == self._skip else 0):
            at = part.index(b"\n", at) + 1
        self._skip -= ends
        self._line += ends
        rest = b"" if self._skip else part[at:]
        self._kept_at = self._seen_to - len(rest)
        return rest

    def _trim(self) -> None:
        """Keep only the last lines, and no more than fits a page."""
        at = len(self._kept) - (1 if self._kept.endswith(b"\n") else 0)
        for _ in range(self._tail):
            at = self._kept.rfind(b"\n", 0, at)
            if at < 0:
                break
        cut = max(at + 1, _character_from(self._kept, len(self._kept) - self._limit))
        if not cut:
            return
        self._line += self._kept.count(b"\n", 0, cut)
        self._kept_at += cut + self._gaps_before(cut)
        self._gaps = [(place - cut, length) for place, length in self._gaps if place > cut]
        del self._kept[:cut]


def _cut(raw: bytes, limit: int) -> int:
    """Return where a page ends: after a line, else between characters and escape sequences."""
    if line := raw.rfind(b"\n", 0, limit) + 1:
        return line
    cut = limit
    while cut > limit - 4 and cut > 0 and raw[cut] in CONTINUES:
        cut -= 1
    sequence = raw.rfind(b"\x1b", max(0, cut - LONGEST_SEQUENCE), cut)
    if sequence > 0 and _UNFINISHED.match(raw[:cut], sequence):
        cut = sequence
    return cut or limit


def _character_from(raw: bytearray, at: int) -> int:
    """Return the first start of a character from `at` on."""
    at = max(0, at)
    within = next((n for n, byte in enumerate(raw[at : at + 4]) if byte not in CONTINUES), 0)
    return at + within
