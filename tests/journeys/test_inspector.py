"""The MCP Inspector against the real server: strict schemas, and calls in both eras."""

import asyncio
import json
from typing import Protocol

import pytest

from services.mcp_front.tools import TOOLS
from tests.npm import node, script

pytestmark = pytest.mark.timeout(420)  # the first run installs the checkers
eras = pytest.mark.parametrize("era", ["legacy", "modern"])


class Stack(Protocol):
    """The running system: where its MCP endpoint is, and a key for it (empty: none needed)."""

    url: str
    token: str


async def inspected(stack: Stack, *arguments: str) -> tuple[int, str]:
    key = ["--header", f"Authorization: Bearer {stack.token}"] if stack.token else []
    command = [
        *script("@modelcontextprotocol/inspector", "clients/launcher/build/index.js"),
        *["--cli", stack.url, "--transport", "http", "--stored-auth-only", *key, *arguments],
    ]
    process = await asyncio.create_subprocess_exec(
        *command,
        env={"PATH": f"{node().parent}:/usr/bin:/bin", "HOME": "/nonexistent"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(90):
        said, complaints = await process.communicate()
    return process.returncode or 0, said.decode() + complaints.decode()


async def called(stack: Stack, era: str, tool: str, **arguments: str) -> tuple[int, dict]:
    pairs = [
        part for name, value in arguments.items() for part in ("--tool-arg", f"{name}={value}")
    ]
    code, said = await inspected(
        stack,
        *["--protocol-era", era, "--format", "json", "--method", "tools/call"],
        *["--tool-name", tool, *pairs],
    )
    return code, json.loads(next(line for line in said.splitlines() if line.startswith("{")))


async def test_every_schema_is_portable(stack: Stack) -> None:
    code, said = await inspected(stack, "--method", "tools/list", "--strict")
    assert code == 0, said
    assert [tool["name"] for tool in json.loads(said)["tools"]] == [tool.name for tool in TOOLS]


@eras
async def test_a_session_is_opened_listed_and_used(stack: Stack, era: str) -> None:
    _, opened = await called(stack, era, "open_session", name="inspector", wait_ms="30000")
    session = opened["result"]["structuredContent"]["session_id"]
    _, listed = await called(stack, era, "list_sessions", session_id=session)
    assert listed["result"]["structuredContent"]["sessions"][0]["name"] == "inspector"
    code, ran = await called(
        stack, era, "run_command", session_id=session, command="pwd", wait_ms="30000"
    )
    assert (code, ran["result"]["structuredContent"]["status"]) == (0, "completed"), ran


@eras
async def test_a_refused_call_is_an_error_of_the_tool(stack: Stack, era: str) -> None:
    code, answer = await called(stack, era, "read_screen", session_id="nothing")
    assert code == 5
    assert answer["result"]["structuredContent"]["error"]["code"] == "unknown_session"
