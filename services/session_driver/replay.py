"""A past screen, rebuilt from the recording alone."""

import asyncio
import hmac
from contextlib import closing

import msgspec
from msgspec.structs import replace

from services.contract.terminal import ReadPastScreen
from services.runtime.log import Log
from services.session_driver.playback import Piece, piece_at, pieces
from services.session_driver.terminal.marks import Marks
from services.session_driver.terminal.screen import Look, Screen

WHOLE = 512
"""Records read at once: as a rule all that a screen needs, in one answer of the broker."""
MOST = 64 * 1_048_576
"""Bytes that are replayed for one screen; a picture comes at each MiB, so seldom more than that."""


class Replay:
    """Takes the records from one that tells the size on, and shows what the terminal showed."""

    def __init__(self) -> None:
        self._screen: Screen | None = None
        self._marks = Marks()

    def take(self, piece: Piece) -> None:
        """Take the next record; bytes that are missing are passed over."""
        if piece.kind == "resize":
            self._resize(*map(int, piece.body.split(b"x")))
        elif self._screen is not None and piece.kind == "keyframe":
            self._begin(*self._screen.size)
            self._screen.feed(piece.body)
        elif self._screen is not None and piece.kind == "output":
            for part in self._marks.cut(piece.body):
                self._screen.feed(part.shown)

    def look(self) -> Look | None:
        """Return the screen after the last record; None before the first size."""
        return self._screen and self._screen.look()

    def picture(self) -> bytes | None:
        """Return the screen as output; None in the middle of an escape sequence."""
        return self._screen and self._screen.keyframe()

    def close(self) -> None:
        """Give the emulator's memory back."""
        if self._screen is not None:
            self._screen.close()

    def _resize(self, cols: int, rows: int) -> None:
        if self._screen is None:
            self._begin(cols, rows)
        else:
            self._screen.resize(cols, rows)

    def _begin(self, cols: int, rows: int) -> None:
        self.close()
        self._screen, self._marks = Screen(cols, rows), Marks()


async def screen_after(log: Log, session_id: str, last: Piece) -> Look | None:
    """Rebuild what the terminal showed after a record; None where that cannot be told."""
    with closing(Replay()) as replay:
        whole = await _replayed(replay, log, (session_id, last.end), last)
        return replay.look() if whole else None


async def screen_at(log: Log, question: ReadPastScreen) -> tuple[Look, bytes | None] | None:
    """Rebuild what the terminal showed at an offset, and as output where that is asked for.

    None where that cannot be told (any more).
    """
    last = await piece_at(log, question.session_id, question.offset)
    if last is None:
        return None
    with closing(Replay()) as replay:
        where = (question.session_id, question.offset)
        if not await _replayed(replay, log, where, last):
            return None
        look = replay.look()
        return look and (look, replay.picture() if question.format == "ansi" else None)


async def _replayed(replay: Replay, log: Log, where: tuple[str, int], last: Piece) -> bool:
    """Take the records up to an offset in the last one; whether all of them are still there."""
    session_id, offset = where
    first, taken = last.base or last.sequence, 0
    async for piece in pieces(log, session_id, first, WHOLE):
        if not taken and piece.sequence != first:
            return False
        replay.take(piece if piece.end <= offset else _cut(piece, offset))
        taken += len(piece.body)
        if piece.sequence >= last.sequence or taken > MOST:
            return piece.sequence >= last.sequence
        await asyncio.sleep(0)  # a MiB is replayed in pieces, so that others go on
    return False


def _cut(piece: Piece, offset: int) -> Piece:
    return replace(piece, body=piece.body[: max(0, offset - piece.offset)])


def screen_digest(key: bytes, look: Look) -> str:
    """Return the keyed digest of what a screen shows: its text, cursor, size and title."""
    return hmac.digest(key, msgspec.json.encode(look, order="deterministic"), "sha256").hex()
