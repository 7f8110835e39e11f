"""A recording as asciicast v2, in pages that a player can play each on its own.

Version 2, because every player reads it; `asciinema` of many distributions reads no later one.
"""

import codecs
from datetime import datetime

import msgspec

from services.contract.terminal import Cast, ReadCast, ReadPastScreen
from services.runtime.log import Log
from services.runtime.rpc import Declined
from services.session_driver.playback import Piece, piece_at, pieces
from services.session_driver.replay import screen_at
from services.session_driver.terminal.harmless import Harmless, harmless
from services.session_driver.terminal.marks import Marks

PAGE = 300_000
"""Characters after which a page ends: with one more record it fits a message of the broker."""
AFRESH = b"\x1bc"
"""What a player is told before a picture of the screen."""


class Roll:
    """Turns records into the lines of a cast. Our own marks are left out: no player needs them."""

    def __init__(self, at: int) -> None:
        self._lines: list[bytes] = []
        self._size: tuple[int, int] | None = None
        self._began: datetime | None = None
        self._torn = True  # what the screen shows is not known
        self._marks = Marks()
        self._marks.skip(at)
        self._harmless = Harmless()
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.length = 0

    @property
    def end(self) -> int:
        """The offset up to which everything is in: a sequence is never cut in two."""
        return self._marks.settled - len(self._decoder.getstate()[0])

    def begin(self, size: tuple[int, int], picture: bytes, time: str) -> None:
        """Begin with a screen as it is."""
        self._resize(size, time)
        self._print(time, harmless(picture))
        self._torn = False

    def take(self, piece: Piece) -> None:
        """Take the next record."""
        match piece.kind:
            case "resize":
                cols, _, rows = piece.body.partition(b"x")
                self._resize((int(cols), int(rows)), piece.time)
            case "keyframe" if self._torn:
                self._print(piece.time, AFRESH + harmless(piece.body))
                self._torn = False
            case "gap":
                self._torn = True
                self._marks.skip(piece.end)
                self._add(piece.time, "m", f"{piece.end - piece.offset} bytes are not recorded")
            case "output":
                self._output(piece)
            case _:
                pass

    def text(self) -> str:
        """Return the whole cast."""
        return b"".join(self._lines).decode()

    def _output(self, piece: Piece) -> None:
        self._torn = self._torn and piece.offset > 0
        for marker in piece.markers.split():
            self._add(piece.time, "m", marker.partition("=")[2])
        for part in self._marks.cut(piece.body):
            self._print(piece.time, self._harmless.feed(part.shown))

    def _print(self, time: str, data: bytes) -> None:
        if text := self._decoder.decode(data):
            self._add(time, "o", text)

    def _resize(self, size: tuple[int, int], time: str) -> None:
        if self._size is None:
            self._began = datetime.fromisoformat(time)
            cols, rows = size
            header = {"version": 2, "width": cols, "height": rows}
            self._write({**header, "timestamp": int(self._began.timestamp())})
        elif size != self._size:
            self._add(time, "r", "{}x{}".format(*size))
        self._size = size

    def _add(self, time: str, kind: str, text: str) -> None:
        if self._began is not None:
            since = (datetime.fromisoformat(time) - self._began).total_seconds()
            self._write([round(max(0.0, since), 6), kind, text])

    def _write(self, value: object) -> None:
        line = msgspec.json.encode(value) + b"\n"
        self.length += len(line)
        self._lines.append(line)


async def read_cast(log: Log, question: ReadCast) -> Cast:
    """Return one page. Raises Declined where nothing of it is recorded (any more)."""
    session_id, offset = question.session_id, question.offset
    first = await piece_at(log, session_id, offset) if offset else None
    roll = Roll(offset)
    if offset:
        await _continue(log, question, roll, first)
    more = False
    async for piece in pieces(log, session_id, first.sequence if first else 0):
        if roll.length > PAGE:
            more = True
            break
        if piece.end > offset or not offset:
            roll.take(_from(piece, offset))
    if not roll.length:
        raise Declined("not_recorded", "in this session")
    return Cast(text=roll.text(), next_offset=roll.end, at_end=not more)


async def _continue(log: Log, question: ReadCast, roll: Roll, first: Piece | None) -> None:
    """Begin a page in the middle of a recording with the screen as it was there."""
    asked = ReadPastScreen(session_id=question.session_id, offset=question.offset, format="ansi")
    found = await screen_at(log, asked)
    if found is None or first is None:
        raise Declined("not_recorded", f"at offset {question.offset}")
    look, picture = found
    roll.begin(look.size, picture or b"", first.time)


def _from(piece: Piece, offset: int) -> Piece:
    """Return what of a record comes after an offset."""
    if piece.kind != "output" or piece.offset >= offset:
        return piece
    return msgspec.structs.replace(piece, body=piece.body[offset - piece.offset :], offset=offset)
