"""The conformance suite of the protocol against the real server, on both versions."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import pytest

from tests.npm import script


class Stack(Protocol):
    """The running system: where its MCP endpoint is, and a key for it (empty: none needed)."""

    url: str
    token: str


@pytest.mark.timeout(420)  # the first run installs the checkers
@pytest.mark.parametrize("version", ["2025-11-25", "2026-07-28"])
async def test_the_server_conforms_but_for_what_it_does_not_offer(
    stack: Stack, version: str, tmp_path: Path
) -> None:
    baseline = Path(__file__).with_name(f"conformance-{version}.yml")
    async with keyed(stack) as url:
        process = await asyncio.create_subprocess_exec(
            *script("@modelcontextprotocol/conformance", "dist/index.js"),
            *["server", "--url", url, "--suite", "all", "--spec-version", version],
            *["--expected-failures", str(baseline), "-o", str(tmp_path)],
            cwd=tmp_path,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        async with asyncio.timeout(110):
            said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()[-4000:]


@asynccontextmanager
async def keyed(stack: Stack) -> AsyncIterator[str]:
    """Add the key to every request: the suite cannot send one."""
    if not stack.token:
        yield stack.url
        return
    target = urlsplit(stack.url)

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, upstream = await asyncio.open_connection(target.hostname, target.port)
        with closing(writer), closing(upstream), suppress(ConnectionError, EOFError):
            upstream.write(with_key(await reader.readuntil(b"\r\n\r\n"), stack.token))
            async with asyncio.TaskGroup() as tasks:
                ways = pumped(reader, upstream), pumped(answers, writer)
                both = {tasks.create_task(way) for way in ways}
                _, open_ones = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
                for way in open_ones:
                    way.cancel()

    server = await asyncio.start_server(relay, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}{target.path}"


def with_key(head: bytes, token: str) -> bytes:
    """Rewrite one head; one request for each connection, so that no other has to be found."""
    request, *headers = head.split(b"\r\n")
    kept = [line for line in headers if not line.lower().startswith(b"connection:")]
    own = [b"Connection: close", f"Authorization: Bearer {token}".encode()]
    return b"\r\n".join([request, *own, *kept])


async def pumped(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while part := await reader.read(65536):
        writer.write(part)
        await writer.drain()
