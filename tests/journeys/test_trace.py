"""One call followed through all services, by what each of its events answers and by its trace."""

import json

import pytest
from mcp import Client, StdioServerParameters

from tests.journeys.conftest import EIM, Stack

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


async def run_traced(stack: Stack, trace: str) -> list[dict[str, str]]:
    """Run a command as part of a trace; return the envelopes of its events."""
    server = StdioServerParameters(
        command=EIM[0],
        args=[*EIM[1:], "mcp"],
        env={**stack.environment, "EIM_CLIENT_KEY": stack.token},
    )
    async with Client(server) as client:
        opened = await client.call_tool("open_session", {"wait_ms": 30000})
        session = opened.structured_content["session_id"]
        ran = await client.call_tool(
            "run_command",
            {"session_id": session, "command": "echo hi"},
            meta={"traceparent": trace},
        )
        await client.call_tool("close_session", {"session_id": session})
    _, said = await stack.eim("events", "--json", "--call", ran.structured_content["command_id"])
    return [json.loads(line)["envelope"] for line in said.splitlines()]


async def test_every_event_of_a_call_names_its_trace_and_the_event_it_answers(stack: Stack) -> None:
    envelopes = await run_traced(stack, TRACE)
    assert [envelope["trace"] for envelope in envelopes] == [TRACE] * 4
    answered = [envelope.get("causation", "") for envelope in envelopes]
    assert answered == ["", *(envelope["id"] for envelope in envelopes[:-1])]


@pytest.mark.parametrize("trace", ["", "00-short-01", "x\r\nce-actor: somebody else"])
async def test_what_is_no_trace_is_none(stack: Stack, trace: str) -> None:
    envelopes = await run_traced(stack, trace)
    assert [envelope.get("trace", "") for envelope in envelopes] == [""] * 4
