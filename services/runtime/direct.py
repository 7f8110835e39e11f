"""Batched reads straight from a stream (ADR-31): no consumer to create, one order, no acks."""

import asyncio
from collections.abc import Mapping, Sequence

import msgspec
from nats.aio.client import Client
from nats.aio.msg import Msg

from services.runtime.connection import subscribe

MAX_BYTES = 8_000_000
_END = {"204", "404"}


class ReadFailed(RuntimeError):
    """The stream refused or did not finish a read."""


class _Batch:
    """The answers to one read, until the server says that it is over."""

    def __init__(self) -> None:
        self.messages: list[Msg] = []
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def take(self, message: Msg) -> None:
        status = (message.headers or {}).get("Status", "")
        if not status:
            self.messages.append(message)
        elif not self.over.done():
            self._finish(status)

    def _finish(self, status: str) -> None:
        if status in _END:
            self.over.set_result(None)
        else:
            self.over.set_exception(ReadFailed(f"status {status}"))


async def read_batch(
    client: Client, stream: str, start: int, what: tuple[str, int]
) -> Sequence[Msg]:
    """Return stored messages from sequence `start` on; `what` is a subject filter and a count.

    Raises ReadFailed, TimeoutError and the client's errors.
    """
    subject, count = what
    request = {"seq": start, "batch": count, "next_by_subj": subject, "max_bytes": MAX_BYTES}
    return await _answers(client, stream, request)


async def read_newest_each(client: Client, stream: str, subject: str, end: int) -> Sequence[Msg]:
    """Return, of each subject that the filter takes, the newest message up to sequence `end`.

    Raises ReadFailed, TimeoutError and the client's errors.
    """
    request = {"multi_last": [subject], "up_to_seq": end, "max_bytes": MAX_BYTES}
    return await _answers(client, stream, request)


async def _answers(client: Client, stream: str, request: Mapping[str, object]) -> Sequence[Msg]:
    batch = _Batch()
    inbox = client.new_inbox()
    subscription = await subscribe(client, inbox, batch.take)
    try:
        await client.publish(f"$JS.API.DIRECT.GET.{stream}", msgspec.json.encode(request), inbox)
        async with asyncio.timeout(5):
            await batch.over
    finally:
        if not client.is_closed:
            await subscription.unsubscribe()
    return batch.messages


async def read_newest(client: Client, stream: str, subject: str) -> Msg | None:
    """Return the last message stored under a subject. Raises the client's errors."""
    found = await client.request(f"$JS.API.DIRECT.GET.{stream}.{subject}", timeout=5)
    return None if (found.headers or {}).get("Status") == "404" else found


async def read_next(client: Client, stream: str, subject: str, start: int) -> Msg | None:
    """Return the first message from `start` on under a subject. Raises the client's errors."""
    request = msgspec.json.encode({"seq": start, "next_by_subj": subject})
    found = await client.request(f"$JS.API.DIRECT.GET.{stream}", request, timeout=5)
    return None if (found.headers or {}).get("Status") == "404" else found
