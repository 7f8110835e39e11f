"""When a session's view is drawn anew, which is when clients hear that its screen changed."""

import asyncio
from collections.abc import Callable

VISIBLE_SECONDS = 1 / 60
BUSY_SECONDS = 1 / 30
BACKGROUND_SECONDS = 1.0
BUSY_BYTES = 32768


class Refresh:
    """The cadence of one session's view: fast where it is seen, once a second elsewhere."""

    def __init__(self, visible: Callable[[], bool], drawn: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._visible = visible
        self._drawn = drawn
        self._born = self._last = self._loop.time()
        self._due: asyncio.TimerHandle | None = None
        self._size = 0

    def touch(self, size: int) -> None:
        """Something was printed, or the cursor moved."""
        self._size += size
        if self._due is None:
            self._due = self._loop.call_at(self._next(), self._draw)

    def hasten(self) -> None:
        """The session has come to the front: what waits is drawn at once."""
        if self._due is not None:
            self._due.cancel()
            self._due = self._loop.call_at(self._next(), self._draw)

    def stop(self) -> None:
        if self._due is not None:
            self._due.cancel()

    def _next(self) -> float:
        now = self._loop.time()
        if self._visible():
            pause = BUSY_SECONDS if self._size > BUSY_BYTES else VISIBLE_SECONDS
            return max(now, self._last + pause)
        # A timer that ticks once a second knows nothing of when something was printed.
        ticks = (now - self._born) // BACKGROUND_SECONDS + 1
        return self._born + ticks * BACKGROUND_SECONDS

    def _draw(self) -> None:
        self._due = None
        self._last = self._loop.time()
        self._size = 0
        self._drawn()
