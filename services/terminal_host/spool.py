"""What a terminal printed and its driver has not stored yet, with the notes that belong to it."""

from bisect import bisect_right
from typing import Final

from services.contract.terminal_host import SPOOL

NOTES: Final = 1024 * 1024
"""Bytes of notes that one terminal may have."""


class Spool:
    """Bytes from the acked offset `start` on."""

    def __init__(self) -> None:
        self.start = 0
        self._kept = bytearray()

    @property
    def end(self) -> int:
        """Count all bytes that ever were printed."""
        return self.start + len(self._kept)

    @property
    def room(self) -> int:
        """Count the bytes that may still be read from the terminal."""
        return max(0, SPOOL - len(self._kept))

    def append(self, data: bytes) -> None:
        self._kept += data

    def after(self, offset: int, most: int) -> bytes:
        """Return bytes from an offset on."""
        first = offset - self.start
        return bytes(self._kept[first : first + most])

    def trim(self, offset: int) -> None:
        """Let go of what is before an offset. Raises ValueError where nothing is printed yet."""
        if offset > self.end:
            raise ValueError(f"offset {offset} is after the end, {self.end}")
        if offset > self.start:
            del self._kept[: offset - self.start]
            self.start = offset


class Notes:
    """Notes in the order of their offsets; a second one at the same offset replaces the first."""

    def __init__(self) -> None:
        self.kept: list[tuple[int, bytes]] = []

    def add(self, offset: int, note: bytes) -> None:
        """Keep a note. Raises ValueError where they become too many."""
        at = bisect_right(self.kept, offset, key=_offset)
        same = at > 0 and self.kept[at - 1][0] == offset
        self.kept[at - same : at] = [(offset, note)]
        if sum(len(kept) for _, kept in self.kept) > NOTES:
            raise ValueError(f"more than {NOTES} bytes of notes, and no ack")

    def trim(self, acked: int) -> None:
        """Let go of all before the newest one at or before an offset."""
        del self.kept[: max(0, bisect_right(self.kept, acked, key=_offset) - 1)]


def _offset(note: tuple[int, bytes]) -> int:
    return note[0]
