"""GET /healthz/live: whether this process lives; GET /healthz/ready: whether it can work now.

Nobody has to log in to ask, so an answer holds nothing but what is wrong, in words of ours.
"""

import asyncio
import errno
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus

import msgspec

logger = logging.getLogger(__name__)
LIMIT = 8192
LIVE, READY = "/healthz/live", "/healthz/ready"
PATIENCE, CHECKED_WITHIN = 5.0, 1.8
"""Seconds for a whole question, and for each of its checks: who asks has the answer in two."""

type Check = Callable[[], Awaitable[str]]
"""Returns what is wrong, or an empty text."""


class CannotTell(Exception):
    """The health port cannot be opened."""


@asynccontextmanager
async def answering_health(
    host: str, port: int, checks: Mapping[str, Check]
) -> AsyncGenerator[int]:
    """Answer while the block runs; yields the port. Raises CannotTell where it is taken."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                head = await reader.readuntil(b"\r\n\r\n")
                writer.write(await _response(head, checks))
                await writer.drain()
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            logger.debug("a health question was cut short")
        finally:
            writer.close()

    try:
        server = await asyncio.start_server(serve, host, port, limit=LIMIT)
    except OSError as error:
        raise _cannot_bind(f"{host}:{port}", error) from error
    async with server:
        yield server.sockets[0].getsockname()[1]


def _cannot_bind(where: str, error: OSError) -> CannotTell:
    if error.errno == errno.EADDRINUSE:
        return CannotTell(
            f"{where} is in use by another program, perhaps by another enhanced-iterm-mcp. "
            "Stop it, or choose another port for health in the configuration (server.healthPort)."
        )
    return CannotTell(f"Cannot listen on {where}: {error.strerror}.")


async def _response(head: bytes, checks: Mapping[str, Check]) -> bytes:
    method, path, *_ = [*head.decode("latin-1").split(maxsplit=2), "", ""]
    if path not in (LIVE, READY):
        return _encoded(HTTPStatus.NOT_FOUND, {})
    if method not in ("GET", "HEAD"):
        return _encoded(HTTPStatus.METHOD_NOT_ALLOWED, {})
    wrong = await _wrong(checks) if path == READY else {}
    status = HTTPStatus.SERVICE_UNAVAILABLE if wrong else HTTPStatus.OK
    return _encoded(status, wrong, method == "GET")


async def _wrong(checks: Mapping[str, Check]) -> dict[str, str]:
    """Return what is wrong, by check; all of them look at the same time."""
    found = await asyncio.gather(*map(_looked, checks.values()))
    return {name: why for name, why in zip(checks, found, strict=True) if why}


async def _looked(check: Check) -> str:
    try:
        async with asyncio.timeout(CHECKED_WITHIN):
            return await check()
    except TimeoutError:
        return "does not answer"


def _encoded(status: HTTPStatus, wrong: Mapping[str, str], with_body: bool = True) -> bytes:
    body = msgspec.json.encode({"status": status.phrase, "wrong": wrong})
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + (body if with_body else b"")
