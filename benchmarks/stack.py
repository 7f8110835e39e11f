"""The real thing, started as a client starts it: `eim mcp`, which starts the stack."""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import psutil
from mcp import Client, StdioServerParameters

EIM = [sys.executable, "-m", "services.cli"]


class Stack:
    """A running stack with its client and the sessions that were opened in it."""

    def __init__(self, client: Client, folder: str, env: Mapping[str, str]) -> None:
        self._client = client
        self.folder = folder
        self.env = env
        self.sessions: list[str] = []

    async def tool(self, name: str, **arguments: Any) -> dict[str, Any]:
        """Call a tool and return its structured result."""
        answer = await self._client.call_tool(name, arguments)
        return answer.structured_content or {}

    async def open(self, count: int, **opening: str) -> None:
        """Open more sessions."""
        for _ in range(count):
            opened = await self.tool("open_session", wait_ms=30000, **opening)
            self.sessions.append(opened["session_id"])

    async def call(self, lane: int) -> None:
        """Run `echo hi` in one of the sessions and look at what came of it."""
        result = await self.tool(
            "run_command", session_id=self.sessions[lane], command="echo hi", wait_ms=30000
        )
        assert result.get("exit_code") == 0, result
        assert result["untrusted_output"]["head"] == "hi\n", result

    async def log(self, events: int) -> str:
        """Return the newest events, one JSON object a line."""
        return await command(self.env, "events", "--json", "-n", str(events))

    def resident(self) -> float:
        """Return the resident MiB of all processes, broker and stdio front included."""
        return sum(each.memory_info().rss for each in self.processes()) / 2**20

    def processes(self) -> Iterator[psutil.Process]:
        """Go through every process of this stack but the shells of its sessions."""
        return (each for each in psutil.process_iter() if _is_of(each, self.folder))


@asynccontextmanager
async def stack(
    sessions: int, beside: Mapping[str, str] | None = None, **opening: str
) -> AsyncIterator[Stack]:
    """Run the real thing: `eim mcp`, which starts the stack, with these variables too."""
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, **(beside or {}),
               "EIM_HOME": folder, "EIM_CLUSTERING_BROKER_PORT": "0",
               "EIM_SERVER_PORT": "0", "EIM_SERVER_HEALTH_PORT": "0",
               "EIM_PERFORMANCE_MAX_SESSIONS": "64",
               "EIM_PERFORMANCE_MAX_REQUESTS_PER_MINUTE": "1000000",
               "EIM_PERFORMANCE_MAX_READS_PER_MINUTE": "1000000"}  # fmt: skip
        said = await command(env, "connect", "bench", "--print")
        env |= msgspec.json.decode(said)["mcpServers"]["terminals"]["env"]
        server = StdioServerParameters(command=EIM[0], args=[*EIM[1:], "mcp"], env=env)
        try:
            async with Client(server) as client:
                running = Stack(client, folder, env)
                await running.open(sessions, **opening)
                yield running
        finally:
            await command(env, "down")


async def command(env: Mapping[str, str], *arguments: str) -> str:
    """Run an eim command and return what it prints."""
    process = await asyncio.create_subprocess_exec(
        *EIM, *arguments, env=env, stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await process.communicate()
    return printed.decode()


def _is_of(process: psutil.Process, folder: str) -> bool:
    try:
        environ = process.environ()
    except psutil.Error:
        return False
    ours = environ.get("EIM_HOME") == folder or folder in environ.get("EIM_BROKER_DIR", "")
    return ours and "EIM_SESSION" not in environ
