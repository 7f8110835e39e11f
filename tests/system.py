"""The real system for tests: services as processes that can be killed, and a real MCP client."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import msgspec
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from events.recorded import Recorded
from services.mcp_front.credentials import ClientKeys
from services.runtime.clock import Clock
from services.runtime.log import Log
from tests.conftest import Broker

NODE = "test"
type Result = dict[str, Any]


class Service:
    """One service as a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process, said: str) -> None:
        self.process = process
        self.said = said

    async def kill(self) -> None:
        """End it the hard way, as a crash would."""
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()

    async def stop(self) -> None:
        """Ask it to leave."""
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()
        async with asyncio.timeout(20):
            await self.process.wait()


class System:
    """A broker and whichever services a test starts."""

    def __init__(self, broker: Broker, log: Log, principal: str = "tester") -> None:
        self.broker = broker
        self.log = log
        self.principal = principal
        self.key = self.key_of(principal)
        self._since = 0
        self.services: list[Service] = []
        self.url = ""
        self.settings: dict[str, str] = {}

    async def start(self, *names: str) -> list[Service]:
        """Start services and wait until each of them works."""
        started = await asyncio.gather(*map(self._start, names))
        self.services += started
        return started

    def key_of(self, principal: str) -> str:
        """Make a key for a client of this name."""
        return ClientKeys(self.broker.home.root).issue(principal)

    async def _start(self, name: str) -> Service:
        environment = {**os.environ, **self.environment()}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", f"services.{name}",
            env=environment, stdout=asyncio.subprocess.PIPE, stdin=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        assert process.stdout
        async with asyncio.timeout(30):
            said = (await process.stdout.readline()).decode().strip()
        assert said, f"{name} ended with {await process.wait()}"
        if name == "mcp_front":
            self.url = said
        return Service(process, said)

    def environment(self) -> dict[str, str]:
        """What the services are started with, and every command for them."""
        return {
            "EIM_HOME": str(self.broker.home.root),
            "EIM_SERVER_PORT": "0",
            "EIM_CLUSTERING_NODE": NODE,
            "EIM_CLUSTERING_NATS_URL": self.broker.address.url,
            "EIM_LOGGING_FORMAT": "text",
            "EIM_LOGGING_LEVEL": "warning",
            "SHELL": "/bin/bash",
            **self.settings,
        }

    @asynccontextmanager
    async def client(self, key: str = "") -> AsyncIterator["Assistant"]:
        """Connect a real MCP client to the front."""
        headers = {"Authorization": f"Bearer {key or self.key}"}
        async with (
            httpx2.AsyncClient(headers=headers, timeout=70) as http,
            Client(streamable_http_client(self.url, http_client=http)) as client,
        ):
            yield Assistant(client)

    async def facts(self, wanted: Callable[[Recorded], bool] = lambda _: True) -> list[Recorded]:
        """Return the wanted events that were stored since this began, oldest first."""
        found: list[Recorded] = []
        after = self._since
        while batch := await self.log.read(after):
            found += filter(wanted, batch)
            after = batch[-1].sequence
        return found

    async def of_call(self, call_id: str) -> list[str]:
        """Return the names of the facts about a call, oldest first."""
        mine = await self.facts(lambda r: getattr(r.event, "call_id", "") == call_id)
        return [type(recorded.event).__name__ for recorded in mine]

    async def begin(self) -> None:
        """Take no notice of what is stored already."""
        self._since = (await self.facts())[-1].sequence

    async def until(self, wanted: Callable[[Recorded], bool], seconds: float = 15) -> Recorded:
        """Wait until such an event is stored."""
        async with asyncio.timeout(seconds):
            while not (found := await self.facts(wanted)):  # noqa: ASYNC110 - the log has no event
                await asyncio.sleep(0.05)
        return found[-1]

    async def close(self) -> None:
        """Stop whatever still runs."""
        for service in reversed(self.services):
            if service.process.returncode is None:
                await service.stop()


class Assistant:
    """Calls tools and returns their structured results."""

    def __init__(self, client: Client) -> None:
        self.client = client

    async def call(self, tool: str, **arguments: Any) -> Result:
        """Call a tool."""
        answer = await self.client.call_tool(tool, arguments)
        return answer.structured_content or {}

    async def session(self, **arguments: Any) -> str:
        """Open a session and return its id."""
        opened = await self.call("open_session", wait_ms=20000, **arguments)
        assert opened["status"] == "completed", opened
        return opened["session_id"]

    async def close_all(self) -> None:
        """Close every session, whatever runs in it; a person may just be leaving it."""
        async with asyncio.timeout(30):
            while open_ones := (await self.call("list_sessions", limit=50))["sessions"]:
                for each in open_ones:
                    await self._close(each["session_id"])

    async def _close(self, session: str) -> None:
        await self.call("close_session", session_id=session, mode="force", wait_ms=10000)

    async def run(self, session_id: str, command: str, **arguments: Any) -> Result:
        """Run a command."""
        arguments = {"wait_ms": 20000, **arguments}
        return await self.call("run_command", session_id=session_id, command=command, **arguments)


@asynccontextmanager
async def system_on(broker: Broker) -> AsyncIterator[System]:
    """Give a system on this broker, and stop its services at the end."""
    async with broker.connect("cli") as client:
        system = System(broker, Log(client, NODE, Clock(), "cli"))
        try:
            yield system
        finally:
            await system.close()


def is_fact(name: str, **fields: object) -> Callable[[Recorded], bool]:
    """Return a test for events of this name with these fields."""

    def wanted(recorded: Recorded) -> bool:
        event = recorded.event
        return type(event).__name__ == name and all(
            getattr(event, field) == value for field, value in fields.items()
        )

    return wanted


def shown(value: object) -> str:
    """Return anything as JSON, for messages."""
    return json.dumps(msgspec.to_builtins(value), indent=1)
