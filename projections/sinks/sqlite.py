"""Folds and the call history in a service's own SQLite file: one writer, one transaction."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import aiosqlite

from events.recorded import Recorded
from projections.history import Ended, Entry, entry

_SCHEMA = """
create table if not exists snapshot (
    code text primary key, position integer not null, state blob not null
) strict;
create table if not exists call (
    call_id text primary key, session_id text not null, principal text not null,
    tool text not null, fingerprint text not null,
    requested integer not null, ended integer not null default 0
) strict, without rowid;
"""
_COLUMNS = "call_id, session_id, principal, tool, fingerprint, requested, ended"


class SqliteFolds:
    """The newest fold of one service, and the history of calls up to the same position.

    `code` names the code of the fold: a snapshot made by other code is not read. A reader
    (`writes=False`) shares the file of the service that writes it.
    """

    def __init__(self, path: Path, code: str, *, writes: bool = True) -> None:
        self._path = path
        self._code = code
        self._writes = writes

    async def load(self) -> tuple[int, bytes]:
        """Return position and state as this code saved them last, or (0, b"")."""
        if not self._writes and not self._path.exists():
            return 0, b""
        async with self._open() as database:
            query = "select position, state from snapshot where code = ?"
            async with database.execute(query, (self._code,)) as rows:
                row = await rows.fetchone()
        return (row[0], row[1]) if row else (0, b"")

    async def save(self, position: int, state: bytes, folded: Sequence[Recorded]) -> None:
        """Replace the fold and extend the history, in one transaction."""
        if not self._writes:
            return
        news = [item for item in map(entry, folded) if item is not None]
        calls = [_row(item) for item in news if isinstance(item, Entry)]
        ends = [(item.sequence, item.call_id) for item in news if isinstance(item, Ended)]
        async with self._open() as database:
            await database.execute("delete from snapshot")
            await database.execute(
                "insert into snapshot values (?, ?, ?)", (self._code, position, state)
            )
            await database.executemany(
                "insert or ignore into call values (?, ?, ?, ?, ?, ?, ?)", calls
            )
            await database.executemany("update call set ended = ? where call_id = ?", ends)
            await database.commit()

    async def find(self, call_id: str) -> Entry | None:
        """Return what the history says about a call."""
        if not self._path.exists():
            return None
        async with self._open() as database:
            query = f"select {_COLUMNS} from call where call_id = ?"  # noqa: S608 - constant columns
            async with database.execute(query, (call_id,)) as rows:
                row = await rows.fetchone()
        return Entry(**dict(zip(_COLUMNS.split(", "), row, strict=True))) if row else None

    @asynccontextmanager
    async def _open(self) -> AsyncGenerator[aiosqlite.Connection]:
        uri = self._path.absolute().as_uri() + ("" if self._writes else "?mode=ro")
        async with aiosqlite.connect(uri, uri=True, timeout=5) as database:
            if self._writes:
                await database.executescript(_SCHEMA)
            yield database


def _row(item: Entry) -> tuple[str | int, ...]:
    return (
        item.call_id,
        item.session_id,
        item.principal,
        item.tool,
        item.fingerprint,
        item.requested,
        item.ended,
    )
