"""What no client should send, to the whole system over both transports: it is told, and lives."""

import asyncio
import json
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx2
import pytest
import pytest_asyncio

from tests.journeys.conftest import EIM, Stack

pytestmark = pytest.mark.asyncio(loop_scope="session")
type Send = Callable[[bytes], Awaitable[dict[str, object]]]
HELLO = {
    "protocolVersion": "2025-06-18",
    "capabilities": {},
    "clientInfo": {"name": "rude", "version": "1"},
}
TOOL = '{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"read_screen","arguments":'


@asynccontextmanager
async def over_http(stack: Stack) -> AsyncIterator[Send]:
    headers = {
        "authorization": f"Bearer {stack.token}",
        "content-type": "application/json",
        "accept": "application/json, text/event-stream",
    }

    async def send(message: bytes) -> dict[str, object]:
        return (await http.post(stack.url, content=message)).json()

    async with httpx2.AsyncClient(headers=headers, timeout=30) as http:
        yield send


@asynccontextmanager
async def over_stdio(stack: Stack) -> AsyncIterator[Send]:
    process = await asyncio.create_subprocess_exec(
        *EIM, "mcp", env={**stack.environment, "EIM_CLIENT_KEY": stack.token},
        stdin=PIPE, stdout=PIPE, stderr=DEVNULL, limit=2**20,
    )  # fmt: skip

    async def send(message: bytes) -> dict[str, object]:
        process.stdin.write(message + b"\n")
        async with asyncio.timeout(30):
            return json.loads(await process.stdout.readline())

    try:
        assert "result" in await send(message("initialize", HELLO))
        yield send
    finally:
        process.stdin.close()
        async with asyncio.timeout(20):
            await process.communicate()
        assert process.returncode == 0


@pytest_asyncio.fixture(
    scope="module", loop_scope="session", params=[over_http, over_stdio], ids=["http", "stdio"]
)
async def send(request: pytest.FixtureRequest, stack: Stack) -> AsyncIterator[Send]:
    async with request.param(stack) as send:
        yield send


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def known(send: Send) -> dict[str, dict[str, object]]:
    """What a tool must be given: a session that is open, a command that has run in it."""
    opened = await done(send, "open_session", {"wait_ms": 20000})
    command = {"session_id": opened["session_id"], "command": "echo hi"}
    ran = await done(send, "run_command", command)
    return {"run_command": command, "read_output": {"command_id": ran["command_id"]}}


async def done(send: Send, tool: str, arguments: dict[str, object]) -> dict[str, object]:
    """Call a tool that completes; return its result."""
    answer = await send(message("tools/call", {"name": tool, "arguments": arguments}))
    result = answer["result"]["structuredContent"]
    assert result["status"] == "completed", result
    return result


async def lives(send: Send) -> bool:
    """Whether a good call is answered as if nothing had been."""
    answer = await send(message("tools/call", {"name": "list_sessions", "arguments": {}}, "good"))
    return answer["id"] == "good" and answer["result"]["isError"] is False


def message(method: object, params: object, asked: object = 3) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": asked, "method": method, "params": params}).encode()


NO_MESSAGE = {
    "broken JSON": (b'{"jsonrpc":"2.0","id":3,', -32700, None),
    "no UTF-8": (b'\xff\xfe{"jsonrpc"', -32700, None),
    "no UTF-8 in an argument": (f'{TOOL}{{"session_id":"'.encode() + b'\xff"}}}', -32700, None),
    "half a character": (f'{TOOL}{{"session_id":"\\ud800"}}}}}}'.encode(), -32700, None),
    "a number of 5000 digits": (b'{"jsonrpc":"2.0","id":' + b"9" * 5000 + b"}", -32700, None),
    "5000 levels": (b'{"a":' * 5000 + b"1" + b"}" * 5000, -32700, None),
    "a batch": (b"[" + message("ping", {}) + b"]", -32600, None),
    "a number": (b"7", -32600, None),
    "another version": (b'{"jsonrpc":"1.0","id":3,"method":"ping"}', -32600, 3),
    "no method": (b'{"jsonrpc":"2.0","id":3}', -32600, 3),
    "a method that is a number": (message(7, {}), -32600, 3),
    "an id that is an object": (message("ping", {}, {}), -32600, None),
    "an unknown method": (message("tools/destroy", {}), -32601, 3),
    "params that are a list": (message("tools/call", [1]), -32602, 3),
    "a tool that is a number": (message("tools/call", {"name": 7}), -32602, 3),
    "arguments that are a list": (f"{TOOL}[1]}}}}".encode(), -32602, 3),
}


@pytest.mark.parametrize("what", NO_MESSAGE)
async def test_what_is_no_message_is_answered_with_the_code_of_the_standard(
    send: Send, what: str
) -> None:
    sent, code, asked = NO_MESSAGE[what]
    answer = await send(sent)
    assert (answer["error"]["code"], answer["id"]) == (code, asked)
    assert answer["error"]["message"]
    assert await lives(send)


@pytest.mark.parametrize(
    "asked",
    [10**400, "i" * 100_000, -1, "", "\u0000", "\N{PILE OF POO}"],
    ids=["huge", "long", "negative", "empty", "NUL", "wide"],
)
async def test_an_id_comes_back_as_it_was_sent_however_odd(send: Send, asked: object) -> None:
    assert await send(message("ping", {}, asked)) == {"jsonrpc": "2.0", "id": asked, "result": {}}


WRONG = {
    "list_sessions": {"include": 7},
    "open_session": {"cwd": ["/tmp"]},
    "close_session": {"session_id": {}, "mode": "force"},
    "run_command": {"session_id": "s1", "command": ["ls"]},
    "wait_command": {"command_id": "c1", "wait_ms": "soon"},
    "interrupt_command": {"command_id": 7.5},
    "send_text": {"session_id": "s1", "text": {"a": 1}},
    "send_keys": {"session_id": "s1", "keys": 7},
    "read_screen": {"session_id": "s1", "format": ["ansi"]},
    "read_output": {"command_id": "c1", "tail": "all"},
}


@pytest.mark.parametrize("tool", WRONG)
async def test_an_argument_of_the_wrong_kind_is_named_and_nothing_is_done(
    send: Send, stack: Stack, tool: str
) -> None:
    before = await requested(stack)
    answer = await send(message("tools/call", {"name": tool, "arguments": WRONG[tool]}))
    error = answer["result"]["structuredContent"]["error"]
    assert error["code"] in {"invalid_arguments", "unknown_argument"}
    assert any(name in error["message"] for name in WRONG[tool])
    assert await lives(send)
    assert await requested(stack) == before


@pytest.mark.parametrize("size", [10**30, -(10**30)], ids=["huge", "negative"])
@pytest.mark.parametrize(
    ("tool", "number"),
    [
        ("run_command", "timeout_ms"),
        ("run_command", "max_output_chars"),
        ("read_output", "from_line"),
        ("read_output", "tail"),
        ("list_sessions", "limit"),
        ("open_session", "cols"),
    ],
)
async def test_a_number_beyond_all_reason_is_refused_or_cut_to_the_most_there_is(
    send: Send, known: dict[str, dict[str, object]], tool: str, number: str, size: int
) -> None:
    given = {**known.get(tool, {}), number: size}
    answer = await send(message("tools/call", {"name": tool, "arguments": given}))
    error = answer["result"]["structuredContent"].get("error", {"code": "none"})
    assert error["code"] in {"none", "invalid_arguments"}
    assert await lives(send)


async def requested(stack: Stack) -> str:
    """Return the requests that the log holds."""
    code, said = await stack.eim("events", "--json", "--type", "ToolCallRequested")
    assert code == 0, said
    return said
