"""Follow the log: every event once, in order, without a gap; the live feed is only a hint."""

import asyncio
import logging
from collections.abc import Callable

from nats.aio.msg import Msg

from events.recorded import Recorded
from events.subjects import LIVE
from services.runtime.connection import subscribe
from services.runtime.log import Log, LogUnavailable
from services.runtime.stored import Unreadable, from_stream

logger = logging.getLogger(__name__)
LOOK_AGAIN = 2.0
"""Seconds after which the log is read again, in case a hint was lost."""


class LogGap(RuntimeError):
    """The log misses an event: storage lost it. The reader stops rather than guess."""


class Follower:
    """Hands each event above `position` to `handle`, from the stored log and then live.

    What is no event of this vocabulary is passed over with an error in the service's log: it
    can change no state, and must not be able to stop every service.
    """

    def __init__(self, log: Log, position: int, handle: Callable[[Recorded], None]) -> None:
        self._log = log
        self._handle = handle
        self._woken = asyncio.Event()
        self._failure: Exception | None = None
        self.position = position
        self.caught_up = asyncio.Event()

    async def run(self) -> None:
        """Follow for ever. Raises LogGap, and whatever `handle` raises."""
        self._failure = None
        self.caught_up.clear()
        live = await subscribe(self._log.client, f"{LIVE}.>", self._hint)
        try:
            while self._failure is None:
                await self._catch_up()
                await self._sleep()
            raise self._failure
        finally:
            if self._log.client.is_connected:
                await live.unsubscribe()

    def offer(self, recorded: Recorded) -> None:
        """Take an event that somebody else read, if it is the next one; the live copy is late."""
        if recorded.sequence == self.position + 1:
            self._take(recorded)

    async def _hint(self, message: Msg) -> None:
        sequence = int((message.headers or {}).get("Nats-Sequence", 0))
        if sequence != self.position + 1:
            if sequence > self.position:
                self._woken.set()
            return
        try:
            self._take(from_stream(message))
        except Exception as error:  # noqa: BLE001 - handed to run(), which raises it
            self._failure = error
            self._woken.set()

    async def _catch_up(self) -> None:
        self._woken.clear()
        try:
            while batch := await self._log.stored(self.position):
                for stored in batch:
                    self._take(stored)
        except LogUnavailable as error:
            logger.warning("cannot read the log: %s", error)
            return
        self.caught_up.set()

    def _take(self, stored: Recorded | Unreadable) -> None:
        if stored.sequence <= self.position:
            return
        if stored.sequence != self.position + 1:
            raise LogGap(f"expected event {self.position + 1}, found {stored.sequence}")
        if isinstance(stored, Unreadable):
            logger.error("event %d is passed over: %s", stored.sequence, stored.reason)
        else:
            self._log.clock.observe(stored.stored_at)
            self._handle(stored)
        self.position = stored.sequence

    async def _sleep(self) -> None:
        try:
            async with asyncio.timeout(LOOK_AGAIN):
                await self._woken.wait()
        except TimeoutError:
            return
