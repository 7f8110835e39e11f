"""Clients over standard input and output, as Claude Desktop and Claude Code start us."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters
from mcp.types import ResourceUpdatedNotification

from services.mcp_front.credentials import ClientKeys
from tests.journeys.conftest import EIM, Stack, environment
from tests.system import Assistant


@asynccontextmanager
async def over_stdio(environ: dict[str, str], key: str, mode: str = "auto", **more: Any):
    server = StdioServerParameters(
        command=EIM[0], args=[*EIM[1:], "mcp"], env={**environ, "EIM_CLIENT_KEY": key}
    )
    async with Client(server, mode=mode, **more) as client:
        yield Assistant(client)


@pytest.fixture
async def fresh(tmp_path: Path) -> AsyncIterator[tuple[dict[str, str], str]]:
    """A home in which nothing runs yet, and a key for a client."""
    home = tmp_path / "home"
    home.mkdir()
    environ = environment(home)
    yield environ, ClientKeys(home).issue("desktop")
    code, said = await Stack("", "", home, environ).eim("down")
    assert code == 0, said


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_a_command_runs_over_stdio_in_both_eras(stack: Stack, mode: str) -> None:
    async with over_stdio(stack.environment, stack.token, mode) as assistant:
        session = await assistant.session(name=mode)
        result = await assistant.run(session, "echo hi")
        assert (result["untrusted_output"]["head"], result["exit_code"]) == ("hi\n", 0)
        await assistant.call("close_session", session_id=session)


@pytest.mark.filterwarnings("ignore::mcp.shared.exceptions.MCPDeprecationWarning")
async def test_a_client_of_the_older_era_is_told_over_stdio_that_its_screen_changed(
    stack: Stack,
) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()

    async def hear(message: object) -> None:
        if isinstance(message, ResourceUpdatedNotification):
            heard.put_nowait(str(message.params.uri))

    environ, key = stack.environment, stack.token
    async with (
        asyncio.timeout(30),
        over_stdio(environ, key, "legacy", message_handler=hear) as assistant,
    ):
        assert assistant.client.protocol_version == "2025-11-25"
        session = await assistant.session()
        screen = f"term://sessions/{session}/screen"
        await assistant.client.subscribe_resource(screen)
        await assistant.run(session, "echo something new")
        assert await heard.get() == screen
        [shown] = (await assistant.client.read_resource(screen)).contents
        assert "something new" in shown.text
        await assistant.client.unsubscribe_resource(screen)
        await assistant.call("close_session", session_id=session)


async def test_a_client_finds_its_command_again_after_a_restart_in_the_middle(
    stack: Stack,
) -> None:
    async with over_stdio(stack.environment, stack.token) as assistant:
        session = await assistant.session()
        begun = await assistant.run(session, "sleep 2", wait_ms=200, request_id="nap")
    async with over_stdio(stack.environment, stack.token) as assistant:
        repeated = await assistant.run(session, "sleep 2", request_id="nap")
        assert repeated["command_id"] == begun["command_id"]
        assert (repeated["status"], repeated["exit_code"]) == ("completed", 0)


async def test_two_clients_that_start_at_once_share_one_stack(
    fresh: tuple[dict[str, str], str],
) -> None:
    async with (
        asyncio.timeout(60),
        over_stdio(*fresh) as first,
        over_stdio(*fresh) as second,
    ):
        session = await first.session()
        listed = await second.call("list_sessions")
        assert [found["session_id"] for found in listed["sessions"]] == [session]


async def test_without_a_key_the_client_is_told_how_to_connect(stack: Stack) -> None:
    process = await asyncio.create_subprocess_exec(
        *EIM, "mcp", env={**stack.environment, "EIM_CLIENT_KEY": "eim_wrong"},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    async with asyncio.timeout(20):
        said, complained = await process.communicate()
    assert (process.returncode, said) == (2, b"")
    assert b"eim connect" in complained
