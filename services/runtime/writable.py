"""Whether the log takes events, found out without storing one."""

from typing import Final

import msgspec
from nats.aio.client import Client
from nats.errors import Error as NatsError

from events import subjects
from services.runtime.log import LogRefused, LogUnavailable

OTHER_STREAM: Final = 10060
SUBJECT: Final = f"{subjects.EVENTS}.{subjects.ANY}.{subjects.ANY}.call-served"


class _Error(msgspec.Struct, frozen=True):
    err_code: int = 0
    description: str = ""


class _Ack(msgspec.Struct):
    error: _Error = _Error()


async def check_writable(client: Client, patience: float = 1.0) -> None:
    """Publish an event that only another stream may store. Raises LogUnavailable, LogRefused.

    Its refusal proves that a publish passes the permissions and reaches the stream, and that
    whoever leads the stream decides about it. It does not prove that there is room or that the
    disk takes another byte: only a stored event does, and the log is no place for those of a check.
    """
    wanted = {"Nats-Expected-Stream": "NONE"}
    try:
        reply = await client.request(SUBJECT, b"", timeout=patience, headers=wanted)
    except NatsError as error:
        raise LogUnavailable(str(error) or "no answer") from error
    refused = msgspec.json.decode(reply.data, type=_Ack).error
    if refused.err_code != OTHER_STREAM:
        raise LogRefused(f"{refused.err_code}: {refused.description}")
