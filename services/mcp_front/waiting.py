"""Waits for the end of a call, woken by the live log."""

import asyncio
from collections import defaultdict

from events.calls import CallEvent
from events.lifecycle import ENDINGS
from events.recorded import Recorded


class Waiting:
    """Those who wait for a call to end."""

    def __init__(self) -> None:
        self._waiters: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    def listen(self, recorded: Recorded) -> None:
        """Wake all who wait for the call that this event ends."""
        event = recorded.event
        if isinstance(event, CallEvent) and type(event) in ENDINGS:
            for waiter in self._waiters.pop(event.call_id, ()):
                waiter.set()

    async def ended(self, call_id: str, seconds: float) -> None:
        """Return when the call ended or the time is over. Ask whether it ended before."""
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
