"""Waits for what becomes of a call, woken by the live log."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence

from events.base import SessionEvent
from events.calls import CallEvent
from events.recorded import Recorded


class Waiting:
    """Those who wait for one of some events about a call."""

    def __init__(self, events: Sequence[type[SessionEvent]]) -> None:
        self._events = events
        self._waiters: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    def listen(self, recorded: Recorded) -> None:
        """Wake all who wait for this event."""
        event = recorded.event
        if isinstance(event, CallEvent) and type(event) in self._events:
            for waiter in self._waiters.pop(event.call_id, ()):
                waiter.set()

    async def happened(self, call_id: str, seconds: float) -> None:
        """Return when it happened or the time is over. Ask whether it happened before."""
        waiter = asyncio.Event()
        self._waiters[call_id].add(waiter)
        try:
            async with asyncio.timeout(seconds):
                await waiter.wait()
        except TimeoutError:
            return
        finally:
            self._leave(call_id, waiter)

    def _leave(self, call_id: str, waiter: asyncio.Event) -> None:
        waiters = self._waiters.get(call_id, set())
        waiters.discard(waiter)
        if not waiters:
            self._waiters.pop(call_id, None)
