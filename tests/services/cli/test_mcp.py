"""`eim mcp` as clients use it: started, killed and started again by them."""

import asyncio
from contextlib import suppress
from subprocess import PIPE, Popen

import pytest
from mcp.shared.exceptions import MCPError

from services.mcp_front.credentials import ClientKeys
from tests.services.cli.command import ROOT, Eim, eventually
from tests.services.cli.mcp_client import connected, opened, servers


@pytest.mark.parametrize("key", ["", "eim_wrong"])
def test_a_client_without_a_valid_key_is_told_what_to_do(eim, key):
    refused = eim("mcp", EIM_CLIENT_KEY=key)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "eim connect" in refused.stderr
    assert "not running" in eim("status").stdout


async def test_clients_that_start_at_once_share_one_stack(eim):
    keys = [eim.key("one"), eim.key("two")]
    async with connected(eim, keys[0]) as one, connected(eim, keys[1]) as two:
        for client in (one, two):
            session = await opened(client)
            ran = await client.call_tool("run_command", {"session_id": session, "command": "pwd"})
            assert ran.structured_content["status"] == "completed"
    assert eim.events().count("NodeStarted") == 1


async def test_the_principal_of_a_call_is_the_owner_of_the_key(stack):
    async with connected(stack, stack.key("somebody")) as client:
        session = await opened(client)
    assert f"{session} bash" in stack("status").stdout
    assert "somebody: open_session bash" in stack("events", "--session", session).stdout


async def test_a_call_outlives_the_server_that_took_it(stack):
    key = stack.key()
    mark = stack.home.parent / "mark"
    async with connected(stack, key) as client:
        session = await opened(client)
        asked = {"session_id": session, "command": f"touch {mark}", "wait_ms": 0}
        waiting = (await client.call_tool("run_command", asked)).structured_content
    assert eventually(lambda: waiting["command_id"] in stack("approvals").stdout)
    stack("approve", _only_approval(stack))
    async with connected(stack, key) as client:
        again = {"command_id": waiting["command_id"]}
        done = (await client.call_tool("wait_command", again)).structured_content
    assert (done["status"], done["exit_code"], mark.exists()) == ("completed", 0, True)


async def test_a_server_that_is_killed_in_the_middle_of_a_call_loses_nothing(stack):
    key = stack.key()
    call = {"command": f"touch {stack.home.parent}/killed", "request_id": "r1"}
    with suppress(MCPError, ExceptionGroup):
        async with connected(stack, key) as client:
            call["session_id"] = await opened(client)
            calling = asyncio.ensure_future(client.call_tool("run_command", call))
            await asyncio.to_thread(eventually, lambda: "touch" in stack("approvals").stdout)
            servers()[0].kill()
            await calling
    async with connected(stack, key) as client:
        answer = asyncio.ensure_future(client.call_tool("run_command", call))
        await asyncio.to_thread(stack, "approve", _only_approval(stack))
        assert (await answer).structured_content["status"] == "completed"
    requested = stack("events", "--session", call["session_id"], "--type", "call-requested")
    assert requested.stdout.count("run_command touch") == 1


async def test_calls_fail_while_the_stack_is_away_and_work_when_it_is_back(eim):
    async with connected(eim, eim.key()) as client:
        await asyncio.to_thread(eim, "down")
        refused = await client.call_tool("open_session", {"shell": "bash"})
        assert refused.is_error
        await asyncio.to_thread(eim, "up", "--detach")
        async with asyncio.timeout(10):
            while refused.is_error:  # until it has found the new broker
                refused = await client.call_tool("open_session", {"shell": "bash"})
    assert refused.structured_content["status"] == "completed"


async def test_a_key_that_is_taken_back_ends_its_server(stack):
    ended = False
    with suppress(MCPError, ExceptionGroup):
        async with connected(stack, stack.key("leaver")):
            (server,) = servers()
            ClientKeys(stack.home).revoke("leaver")
            ended = await asyncio.to_thread(eventually, lambda: not server.is_running())
    assert ended


def test_a_client_that_reads_no_more_ends_its_server_without_a_complaint(stack):
    ping = '{"jsonrpc": "2.0", "id": 1, "method": "ping"}\n'
    own = {"EIM_CLIENT_KEY": stack.key("deaf"), "EIM_LOGGING_LEVEL": "warning"}
    with Popen(
        stack.command("mcp"), env={**stack.environment, **own}, cwd=ROOT, text=True,
        stdin=PIPE, stdout=PIPE, stderr=PIPE,
    ) as server:  # fmt: skip
        server.stdout.close()
        server.stdin.write(10 * ping)
        server.stdin.flush()
        assert (server.stderr.read(), server.wait(10)) == ("", 0)


def _only_approval(eim: Eim) -> str:
    return eim("approvals").stdout.split()[0]
