"""A reactor: acts on events of a durable pull consumer, one session at a time, with acks."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from events.base import SessionEvent
from events.codec import UnreadableEvent
from events.operations import HandlingFailed
from events.recorded import Recorded
from services.runtime.lanes import Lanes
from services.runtime.log import Draft, Log, LogFull, LogUnavailable
from services.runtime.pulls import Pulls
from services.runtime.stored import from_delivery

logger = logging.getLogger(__name__)
AGAIN = 1.0
"""Seconds before a failed event is delivered again, times the attempts so far."""
ATTEMPTS = 5
"""Deliveries before an event is given up; the consumer's max_deliver is the same."""

type Handles = Mapping[type[SessionEvent], Callable[[Recorded], Awaitable[None]]]


class Reader(Protocol):
    """What a reactor needs of a projector."""

    def telling(self, *listeners: Callable[[Recorded], None]) -> AbstractContextManager[None]:
        """Hand each event to these while the block runs."""
        ...


class _InHand:
    """An event being handled, and its delivery once that came."""

    def __init__(self, message: Msg | None) -> None:
        self.message = message
        self.done = False


class Reactor:
    """Hands each event to its handler: at once when the fold has it, and when it is delivered.

    The fold's hint saves the wait for the delivery, and the delivery makes sure: it is pulled in
    bursts, acknowledged if the event was handled meanwhile, and handled if not. A handler that
    returns is done with the event; one that raises gets it again, and after ATTEMPTS deliveries
    the event is recorded as HandlingFailed.
    """

    def __init__(self, log: Log, consumer: str, handles: Handles, reader: Reader) -> None:
        self._log = log
        self._handles = handles
        self._reader = reader
        self._pulls = Pulls(log.client, consumer, self._delivered)
        self._tasks = asyncio.TaskGroup()
        self._lanes = Lanes(self._tasks)
        self._in_hand: dict[int, _InHand] = {}
        self._newest = 0

    async def run(self) -> None:
        """React for ever."""
        async with self._tasks:
            with self._reader.telling(self._folded):
                await self._pulls.run()

    def _folded(self, recorded: Recorded) -> None:
        number = recorded.sequence
        if number <= self._newest or type(recorded.event) not in self._handles:
            return
        self._in_hand[number] = _InHand(None)
        session = recorded.subject.rpartition(".")[0]
        self._lanes.put(session, number, lambda: self._handle_early(recorded))
        self._pulls.hint()

    def _delivered(self, message: Msg) -> None:
        number = message.metadata.sequence.stream
        self._newest = max(self._newest, number)
        if found := self._in_hand.get(number):
            found.message = message
            if found.done:
                self._tasks.create_task(self._done(number, message))
            return
        self._in_hand[number] = _InHand(message)
        session = message.subject.rpartition(".")[0]
        self._lanes.put(session, number, lambda: self._handle(number, message))

    async def _handle_early(self, recorded: Recorded) -> None:
        """Handle what the fold just learned; if that fails, the delivery counts the attempts."""
        number = recorded.sequence
        found = self._in_hand[number]
        try:
            await self._handles[type(recorded.event)](recorded)
        except Exception as error:  # noqa: BLE001 - handled again when it is delivered
            logger.info("event %d waits for its delivery: %s", number, error)
            if found.message:
                await self._failed(number, found.message, error)
            else:
                del self._in_hand[number]
            return
        found.done = True
        if found.message:
            await self._done(number, found.message)

    async def _handle(self, number: int, message: Msg) -> None:
        try:
            recorded = from_delivery(message)
            if handler := self._handles.get(type(recorded.event)):
                await handler(recorded)
        except UnreadableEvent as error:
            await self._give_up(number, message, error)
        except Exception as error:  # noqa: BLE001 - recorded as HandlingFailed after ATTEMPTS
            await self._failed(number, message, error)
        else:
            await self._done(number, message)

    async def _done(self, number: int, message: Msg) -> None:
        self._in_hand.pop(number, None)
        await self._settle(message.ack)

    async def _failed(self, number: int, message: Msg, error: Exception) -> None:
        attempts = message.metadata.num_delivered
        if attempts >= ATTEMPTS:
            await self._give_up(number, message, error)
            return
        logger.error("event %d, attempt %d: %s", number, attempts, error, exc_info=error)
        await asyncio.sleep(attempts * AGAIN)  # a delayed nak waits out the backoff instead
        del self._in_hand[number]
        await self._settle(message.nak)
        self._pulls.hint()

    async def _give_up(self, number: int, message: Msg, error: Exception) -> None:
        attempts = message.metadata.num_delivered
        logger.error("event %d is given up: %s", number, error, exc_info=error)
        letter = HandlingFailed(
            service=self._log.source,
            sequence=number,
            attempts=attempts,
            error=str(error)[:2000],  # a text of any length must not keep its record out
        )
        cause = (message.headers or {}).get("ce-id", "")
        await self._insist(Draft(event=letter, actor=self._log.source, causation=cause))
        del self._in_hand[number]
        await self._settle(message.term)

    async def _settle(self, say: Callable[[], Awaitable[None]]) -> None:
        try:
            await say()
        except NatsError as error:
            logger.warning("an event will be delivered again: %s", error)

    async def _insist(self, letter: Draft) -> None:
        """Store a dead letter, however long the log is away: nobody else will."""
        while True:
            try:
                await self._log.append(letter)
            except (LogUnavailable, LogFull) as error:
                logger.warning("a dead letter waits: %s", error)
                await asyncio.sleep(AGAIN)
            else:
                return
