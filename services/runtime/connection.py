"""One connection of one service to the broker, under its own user."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

import msgspec
import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError

__all__ = ["BrokerError", "BrokerUnreachable", "Client", "Login", "Msg", "connect", "subscribe"]
logger = logging.getLogger(__name__)
BrokerError = NatsError
"""Whatever the client raises; outside the runtime nobody imports the client itself."""


class BrokerUnreachable(ConnectionError):
    """The broker cannot be reached."""


class Login(msgspec.Struct, frozen=True):
    """Where the broker is and who we are to it; `seed` is the user's nkey seed."""

    url: str
    user: str
    seed: str

    def __repr__(self) -> str:
        return f"Login({self.user} at {self.url})"


class _Reports:
    """Says what is wrong with a connection: aloud once, for as long as it is the same."""

    def __init__(self) -> None:
        self._said = ""

    async def failed(self, error: Exception) -> None:
        level = logging.DEBUG if str(error) == self._said else logging.WARNING
        self._said = str(error)
        logger.log(level, "broker connection: %s", error)

    async def back(self) -> None:
        self._said = ""
        logger.info("broker connection: back")


@asynccontextmanager
async def connect(login: Login, patience: float = 5.0) -> AsyncGenerator[Client]:
    """Connect and stay connected; a publish while the broker is away fails at once.

    `patience` is in seconds. Raises BrokerUnreachable.
    """
    reports = _Reports()
    try:
        async with asyncio.timeout(patience):
            client = await nats.connect(  # pyright: ignore[reportUnknownMemberType] - options are untyped
                login.url,
                name=login.user,
                nkeys_seed_str=login.seed,
                inbox_prefix=f"_INBOX_{login.user}",
                error_cb=reports.failed,
                reconnected_cb=reports.back,
                allow_reconnect=True,
                max_reconnect_attempts=-1,
                reconnect_time_wait=0.2,
                ping_interval=10,
                pending_size=0,
            )
    except (NatsError, OSError, TimeoutError) as error:
        raise BrokerUnreachable(
            f"{login.url} as {login.user}: {str(error) or 'no answer'}"
        ) from error
    try:
        yield client
    finally:
        await close(client)


async def close(client: Client) -> None:
    """Flush what is on its way, then close, within two seconds."""
    try:
        async with asyncio.timeout(2):
            if client.is_connected:
                await client.flush()
    except (NatsError, TimeoutError) as error:
        logger.warning("could not flush before closing: %s", error)
    await client.close()


async def subscribe(
    client: Client, subject: str, on_message: Callable[[Msg], Awaitable[None]], queue: str = ""
) -> Subscription:
    """Have each message handed to a callback, which is six times faster than an iterator."""
    return await client.subscribe(  # pyright: ignore[reportUnknownMemberType] - future is untyped
        subject, queue=queue, cb=on_message
    )
