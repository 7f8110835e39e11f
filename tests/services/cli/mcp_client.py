"""Real MCP clients: one that starts `eim mcp`, as Claude does, and one over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import psutil
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client

from tests.services.cli.command import ROOT, Eim


@asynccontextmanager
async def connected(eim: Eim, key: str) -> AsyncIterator[Client]:
    """Start `eim mcp` as a client does."""
    command, *arguments = eim.command("mcp")
    environment = {**eim.environment, "EIM_CLIENT_KEY": key}
    server = StdioServerParameters(command=command, args=arguments, env=environment, cwd=str(ROOT))
    async with asyncio.timeout(60), Client(stdio_client(server)) as client:
        yield client


@asynccontextmanager
async def over_http(eim: Eim, key: str) -> AsyncIterator[Client]:
    """Connect to the stack that runs."""
    headers = {"Authorization": f"Bearer {key}"}
    async with (
        asyncio.timeout(60),
        httpx2.AsyncClient(headers=headers, timeout=60) as http,
        Client(streamable_http_client(str(eim.record()["url"]), http_client=http)) as client,
    ):
        yield client


def servers() -> list[psutil.Process]:
    """The `eim mcp` processes that this test started."""
    children = psutil.Process().children(recursive=True)
    return [child for child in children if child.cmdline()[-1:] == ["mcp"]]


async def opened(client: Client) -> str:
    """Open a session and return its id."""
    answer = await client.call_tool("open_session", {"shell": "bash"})
    return answer.structured_content["session_id"]
