"""Pulls a durable consumer in bursts: whatever it has, when there is news and now and then."""

import asyncio
import logging
from collections.abc import Callable

import msgspec
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from services.runtime.connection import subscribe
from services.runtime.log import STREAM

logger = logging.getLogger(__name__)
BATCH = 256
LOOK_AGAIN = 2.0
"""Seconds after which the consumer is asked without any news."""
GATHER = 0.2
"""Seconds for which news is gathered: one burst costs little more than one delivery."""
PATIENCE = 2.0
"""Seconds for the broker to answer; a pull that was lost with its connection is silent."""
NOTHING_THERE = {"404", "408"}
WHATEVER_IS_THERE = msgspec.json.encode({"batch": BATCH, "no_wait": True})


class Pulls:
    """Hands every delivery of a durable consumer to `take`. Nothing is lost between two pulls."""

    def __init__(self, client: Client, consumer: str, take: Callable[[Msg], None]) -> None:
        self._client = client
        self._subject = f"$JS.API.CONSUMER.MSG.NEXT.{STREAM}.{consumer}"
        self._take = take
        self._news = asyncio.Event()
        self._over = asyncio.Event()
        self._count = 0

    def hint(self) -> None:
        """Say that there is something to pull."""
        self._news.set()

    async def run(self) -> None:
        """Pull for ever."""
        inbox = self._client.new_inbox()
        deliveries = await subscribe(self._client, inbox, self._receive)
        try:
            while True:
                self._news.clear()
                while await self._pull(inbox) == BATCH:
                    logger.debug("%s has more", self._subject)
                await self._wait()
        finally:
            if self._client.is_connected:
                await deliveries.unsubscribe()

    async def _pull(self, inbox: str) -> int:
        """Return how many deliveries came."""
        self._over.clear()
        self._count = 0
        try:
            await self._client.publish(self._subject, WHATEVER_IS_THERE, inbox)
            async with asyncio.timeout(PATIENCE):
                await self._over.wait()
        except TimeoutError:
            logger.debug("a pull of %s was not answered", self._subject)
        except NatsError as error:
            logger.warning("cannot pull %s: %s", self._subject, error)
        return self._count

    async def _receive(self, message: Msg) -> None:
        """Take a delivery; without a place to ack it is a status, which ends the pull."""
        status = (message.headers or {}).get("Status", "")
        if message.reply:
            self._count += 1
            self._take(message)
        elif status not in NOTHING_THERE:
            logger.error("%s answers %s: %s", self._subject, status, message.headers)
        if not message.reply or self._count == BATCH:
            self._over.set()

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(LOOK_AGAIN):
                await self._news.wait()
        except TimeoutError:
            return
        await asyncio.sleep(GATHER)
