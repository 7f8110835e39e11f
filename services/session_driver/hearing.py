"""Listens to a terminal for somebody who is not always quick enough."""

import asyncio
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from services.session_driver.live import Live

MOST = 262_144
"""Bytes that are held; what is older is read from the recording."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Output at an offset; `typed` says that a command line was typed just before it."""

    offset: int
    data: bytes
    typed: bool = False


class Hearing:
    """The newest output of a terminal. `news` is set when there is more, and at its end."""

    def __init__(self, live: Live) -> None:
        self._live = live
        run = live.terminal.running
        self._call_id = live.call_id if run is None or run.first_offset else ""
        self._held: deque[Chunk] = deque()
        self._size = 0
        self.end = live.terminal.offset
        self.news = asyncio.Event()

    @contextmanager
    def listening(self) -> Generator[None]:
        """Hear all that is printed while the block runs."""
        exited = self._live.terminal.exited
        leave = self._live.terminal.subscribe(self._take)
        exited.add_done_callback(self._ended)
        try:
            yield
        finally:
            exited.remove_done_callback(self._ended)
            leave()

    @property
    def start(self) -> int:
        """The offset of the oldest output that is held."""
        return self._held[0].offset if self._held else self.end

    @property
    def over(self) -> bool:
        """Whether nothing more will be printed."""
        return self._live.terminal.exited.done()

    def next(self) -> Chunk | None:
        """Hand out the oldest that is held."""
        if not self._held:
            return None
        chunk = self._held.popleft()
        self._size -= len(chunk.data)
        return chunk

    def _take(self, offset: int, data: bytes) -> None:
        call_id, self._call_id = self._call_id, self._live.call_id
        typed = call_id != self._call_id != ""
        self._held.append(Chunk(offset, data, typed))
        self._size += len(data)
        self.end = offset + len(data)
        while self._size > MOST and self.next():
            pass
        self.news.set()

    def _ended(self, _: asyncio.Future[int]) -> None:
        self.news.set()
