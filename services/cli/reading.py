"""Reads the log as a person at this machine may."""

from collections import deque
from collections.abc import AsyncGenerator

import msgspec

from events.recorded import Recorded
from services.cli.query import Query
from services.runtime.connection import BrokerError
from services.runtime.log import STREAM, Log, LogUnavailable


class _Size(msgspec.Struct):
    last_seq: int
    bytes: int
    messages: int


class _Limit(msgspec.Struct):
    max_bytes: int


class Extent(msgspec.Struct):
    """How long and how full the log is."""

    state: _Size
    config: _Limit


async def extent(log: Log) -> Extent:
    """Return how long and how full the log is. Raises LogUnavailable."""
    try:
        reply = await log.client.request(f"$JS.API.STREAM.INFO.{STREAM}", timeout=3)
        return msgspec.json.decode(reply.data, type=Extent)
    except (BrokerError, msgspec.ValidationError) as error:
        raise LogUnavailable(f"the log does not answer: {error}") from error


async def matching(log: Log, query: Query, after: int = 0) -> AsyncGenerator[Recorded]:
    """Yield the stored events that are wanted, oldest first."""
    while batch := await log.read(after, query.subject):
        for recorded in batch:
            after = recorded.sequence
            if query.wants(recorded):
                yield recorded


async def newest(log: Log, query: Query, count: int, last: int) -> list[Recorded]:
    """Return the newest events that are wanted, oldest of them first.

    Looked for in the newest part of the log, then in ever larger parts.
    """
    span = max(4 * count, 256)
    while True:
        after = max(last - span, 0)
        found = deque([each async for each in matching(log, query, after)], maxlen=count)
        if len(found) == count or after == 0:
            return list(found)
        span *= 8
