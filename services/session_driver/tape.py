"""What waits to be recorded: cut into records, limited per command, every byte accounted for."""

from collections import deque
from typing import Literal

import msgspec

RECORD = 65_536
"""Bytes in one record at most."""

type Kind = Literal["output", "resize", "keyframe", "gap"]


class Record(msgspec.Struct, frozen=True):
    """Bytes `offset` up to `end` of a session; a gap has no body, a note no length.

    A resize says COLSxROWS. A keyframe shows the screen of the size told just before it.
    `markers` are the calls that began in it, each as `offset=call_id`: a message of their own
    would cost another write to disk for every command.
    """

    kind: Kind
    offset: int
    end: int
    body: bytes = b""
    markers: tuple[str, ...] = ()


class Tape:
    """Collects output and hands it out as records. Offsets are bytes since the session opened."""

    def __init__(self, limit: int, end: int = 0) -> None:
        self._limit = self._left = limit
        self._ready: deque[Record] = deque()
        self._piece = bytearray()
        self._gap = 0
        self._end = end
        self._markers: tuple[str, ...] = ()
        self.waiting = 0
        self.dropped = 0
        self.torn = False  # something is missing since the last picture

    def begin(self, call_id: str) -> None:
        """A command starts: it may record up to the limit, and drops are counted anew."""
        self._markers = (*self._markers, f"{self._end}={call_id}")
        self._left, self.dropped = self._limit, 0

    def go_on(self, recorded: int) -> None:
        """A command goes on, of which an earlier driver has recorded so much."""
        self._left = max(0, self._limit - recorded)

    @property
    def end(self) -> int:
        """The offset up to which everything was put here, or counted as missing."""
        return self._end

    @property
    def keeps(self) -> bool:
        """Whether the next bytes are recorded instead of counted."""
        return self._left > 0

    def put(self, data: bytes) -> None:
        """Take the next bytes; over the limit they are only counted."""
        kept = data[: self._left]
        if kept:
            self._keep(kept)
        if lost := len(data) - len(kept):
            self._lose(lost)

    def skip_to(self, offset: int) -> None:
        """Count what was printed up to `offset` and never put here as missing."""
        if offset > self._end:
            self._lose(offset - self._end)

    def note(self, kind: Kind, body: bytes) -> None:
        """Record something beside the output, where the output is now."""
        self._seal()
        self._ready.append(Record(kind, self._end, self._end, body))
        self.waiting += len(body)

    def picture(self, size: tuple[int, int], body: bytes) -> None:
        """Record what the screen shows, where the output is now."""
        self.resized(size)
        self.note("keyframe", body)

    def resized(self, size: tuple[int, int]) -> None:
        """Record the size that the terminal has from here on."""
        self.note("resize", b"%dx%d" % size)

    def next(self) -> Record | None:
        """Return the next record to store, None when all are handed out."""
        if not self._ready:
            self._seal()
        if not self._ready:
            return None
        record = self._ready.popleft()
        self.waiting -= len(record.body)
        return record

    def _keep(self, data: bytes) -> None:
        if self._gap:
            self._seal()
        self._piece += data
        self._left -= len(data)
        self._end += len(data)
        self.waiting += len(data)
        if len(self._piece) >= RECORD:
            self._seal()

    def _lose(self, count: int) -> None:
        if self._piece:
            self._seal()
        self._gap += count
        self.torn = True
        self._end += count
        self.dropped += count

    def _seal(self) -> None:
        """Make records of what was collected: either a piece or a gap, never both."""
        start = self._end - len(self._piece) - self._gap
        if self._gap:
            self._ready.append(Record("gap", start, self._end, b"", self._taken()))
        for at in range(0, len(self._piece), RECORD):
            body = bytes(self._piece[at : at + RECORD])
            end = start + at + len(body)
            self._ready.append(Record("output", start + at, end, body, self._taken()))
        self._piece.clear()
        self._gap = 0

    def _taken(self) -> tuple[str, ...]:
        markers, self._markers = self._markers, ()
        return markers
