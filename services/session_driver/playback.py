"""Reads recordings back from OUTPUT: pages of plain text, and where a recording ends."""

from collections.abc import AsyncGenerator

import msgspec

from events.subjects import recording_of
from services.contract.terminal import OutputText, ReadOutput
from services.runtime.connection import Msg
from services.runtime.direct import read_batch, read_newest, read_next
from services.runtime.log import Log
from services.session_driver.pages import Page, Pager

STREAM = "OUTPUT"
BATCH = 64


class Piece(msgspec.Struct, frozen=True):
    """Recorded bytes from `offset` up to `end`; a gap has an end but no body."""

    kind: str
    offset: int
    end: int
    body: bytes
    markers: str = ""
    sequence: int = 0
    base: int = 0
    time: str = ""


async def read_page(log: Log, question: ReadOutput) -> OutputText:
    """Return one page of a recording as plain text."""
    pager = Pager(question)
    async for piece in pieces(log, question.session_id, await _first_record(log, question)):
        if piece.kind == "gap":
            pager.gap(piece.offset, piece.end)
        elif piece.kind == "output":
            pager.feed(piece.offset, piece.body)
        if pager.full:
            break
    page: Page = pager.page()
    return OutputText(
        text=page.text,
        first_line=page.first_line,
        next_offset=page.next_offset,
        next_line=page.next_line,
        at_end=page.at_end,
        gap_bytes=page.gap_bytes,
        concealed=page.concealed,
    )


async def _first_record(log: Log, question: ReadOutput) -> int:
    """Return where the reading starts; looked up where the question does not know it."""
    if question.first_record or not question.first_offset:
        return question.first_record
    found = await piece_at(log, question.session_id, question.first_offset)
    return found.sequence if found else 0


async def pieces(
    log: Log, session_id: str, first_record: int, batch_size: int = BATCH
) -> AsyncGenerator[Piece]:
    """Yield the records of a session from the OUTPUT sequence `first_record` on."""
    subject, start = recording_of(log.node, session_id), max(1, first_record)
    while batch := await read_batch(log.client, STREAM, start, (subject, batch_size)):
        for message in batch:
            yield _piece(message)
        start = int((batch[-1].headers or {})["Nats-Sequence"]) + 1


async def last_piece(log: Log, session_id: str) -> Piece | None:
    """Return the end of a recording, None where nothing was recorded."""
    newest = await read_newest(log.client, STREAM, recording_of(log.node, session_id))
    return _piece(newest) if newest else None


async def piece_at(log: Log, session_id: str, offset: int) -> Piece | None:
    """Return the newest record that begins at or before an offset, None where none is left.

    Found by halving: records of one session are in the order of their offsets.
    """
    subject, newest = recording_of(log.node, session_id), await last_piece(log, session_id)
    if newest is None or newest.offset <= offset:
        return newest
    found, start, end = None, 0, newest.sequence
    while start + 1 < end:
        middle = (start + end) // 2
        message = await read_next(log.client, STREAM, subject, middle)
        piece = _piece(message) if message else newest
        if piece.offset <= offset:
            found, start = piece, piece.sequence
        else:
            end = middle
    return found


def _piece(message: Msg) -> Piece:
    headers = message.headers or {}
    return Piece(
        headers["eim-kind"],
        int(headers["eim-offset"]),
        int(headers["eim-end"]),
        message.data,
        headers.get("eim-markers", ""),
        int(headers["Nats-Sequence"]),
        int(headers.get("eim-base", "0")),
        headers["Nats-Time-Stamp"],
    )
