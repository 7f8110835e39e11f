"""How full the log is: from 90 % on, the rest is kept for the outcomes of running calls."""

import time

import msgspec
from nats.aio.client import Client
from nats.errors import Error as NatsError

from services.runtime.log import STREAM, LogFull, LogUnavailable

LIMIT = 0.9
FRESH = 1.0
"""Seconds for which an answer of the broker is used again."""


class _Config(msgspec.Struct):
    max_bytes: int


class _State(msgspec.Struct):
    bytes: int


class _Info(msgspec.Struct):
    config: _Config
    state: _State


class Room:
    """Knows whether the log takes new calls."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._share = 0.0
        self._asked = -FRESH

    async def check(self) -> None:
        """Raise LogFull from 90 % on, LogUnavailable where the broker does not answer."""
        if not self._client.is_connected:
            raise LogUnavailable("the broker is away")
        if time.monotonic() - self._asked > FRESH:
            await self._look()
        if self._share >= LIMIT:
            raise LogFull(f"the log is {self._share:.0%} full")

    async def _look(self) -> None:
        try:
            reply = await self._client.request(f"$JS.API.STREAM.INFO.{STREAM}", timeout=1.5)
        except NatsError as error:
            raise LogUnavailable(str(error) or "no answer") from error
        info = msgspec.json.decode(reply.data, type=_Info)
        self._share = info.state.bytes / info.config.max_bytes if info.config.max_bytes > 0 else 0
        self._asked = time.monotonic()
