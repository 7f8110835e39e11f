"""Looks at what panes print: often while something happens, seldom while nothing does."""

import asyncio
import time
from contextlib import suppress
from typing import Final, Protocol

OFTEN: Final = 0.002
SELDOM: Final = 0.1
"""Seconds between two looks at one pane: files do not tell everywhere that they grew."""
SHARE: Final = 20
"""A pane is looked at again after this part of the time that it has been quiet."""


class Looked(Protocol):
    """What is looked at; `look` says whether there was something new."""

    def look(self) -> bool: ...


class Watch:
    """One for all panes, so that a quiet one costs next to nothing."""

    def __init__(self) -> None:
        self._quiet_since: dict[Looked, float] = {}
        self._due: dict[Looked, float] = {}
        self._hurry = asyncio.Event()

    def hurry(self, pane: Looked) -> None:
        """Look at a pane from now on: something will happen there."""
        self._quiet_since[pane] = self._due[pane] = time.monotonic()
        self._hurry.set()

    def leave(self, pane: Looked) -> None:
        """Look at it no more."""
        self._quiet_since.pop(pane, None)
        self._due.pop(pane, None)

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await self._pause()
            now = time.monotonic()
            for pane in [pane for pane, due in self._due.items() if due <= now]:
                self._look(pane, now)

    async def _pause(self) -> None:
        self._hurry.clear()
        left = min(self._due.values()) - time.monotonic() if self._due else None
        if left is None:
            await self._hurry.wait()
        elif left <= OFTEN:
            await asyncio.sleep(max(0.0, left))
        else:
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._hurry.wait()

    def _look(self, pane: Looked, now: float) -> None:
        if pane.look():
            self._quiet_since[pane] = now
        if pane in self._due:  # it may have left in between
            self._due[pane] = _next_look(now, now - self._quiet_since[pane])


def _next_look(now: float, quiet: float) -> float:
    """Return when to look again; all quiet panes at one time, for waking up is what costs."""
    if quiet < SELDOM * SHARE:
        return now + max(OFTEN, quiet / SHARE)
    return (now // SELDOM + 1) * SELDOM
