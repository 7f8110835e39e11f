"""Clients that others wrote and published, unmodified, against the test server."""

import asyncio
import json
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from mcp import Client, StdioServerParameters

from tests.iterm2_server.server import Options, Server
from tests.pypi import client
from tests.support.iterm2 import ready, running_server, shown, until

pytestmark = pytest.mark.timeout(400)  # the first run installs them
BOTH = pytest.mark.parametrize("protocol", [(1, 11), (1, 17)], ids=["1.11", "1.17"])


def environment(server: Server) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "NO_COLOR": "1", "COLUMNS": "200", **server.environment()}


async def it2(server: Server, *arguments: str) -> str:
    """Run the command line client once."""
    process = await asyncio.create_subprocess_exec(
        *(client("it2"), *arguments),
        env=environment(server),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(20):
        out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return out.decode().strip()


class Assistant:
    """What an assistant does with one of the MCP servers."""

    def __init__(self, link: Client) -> None:
        self._link = link

    async def call(self, tool: str, **arguments: object) -> str:
        async with asyncio.timeout(20):
            result = await self._link.call_tool(tool, arguments)
        text = "".join(part.text for part in result.content if part.type == "text")
        assert not result.is_error, text
        return text


@asynccontextmanager
async def assistant(server: Server, name: str, **more: str) -> AsyncGenerator[Assistant]:
    command = client(name)
    parameters = StdioServerParameters(command=command, env={**environment(server), **more})
    async with Client(parameters, mode="legacy") as link:
        yield Assistant(link)


@BOTH
async def test_it2_lists_types_reads_and_splits(protocol):
    async with running_server(Options(protocol=protocol)) as server:
        session = await ready(server)
        listed = json.loads(await it2(server, "session", "list", "--json"))
        assert [each["id"] for each in listed] == [session.id]
        await it2(server, "session", "run", "echo it-$((1+1))", "--session", session.id)
        await until(lambda: "\nit-2\n" in shown(session))
        assert "it-2" in await it2(server, "session", "read", "--session", session.id)
        await it2(server, "session", "set-name", "mine", "--session", session.id)
        assert await it2(server, "session", "get-var", "name") == "mine"
        made = await it2(server, "session", "split", "--vertical")
        assert made.rpartition(" ")[2] == next(reversed(list(server.app.sessions()))).id


async def test_it2_opens_lists_and_closes(server):
    await ready(server)
    await it2(server, "window", "new")
    await it2(server, "tab", "new")
    windows = json.loads(await it2(server, "window", "list", "--json"))
    assert len(windows) == 2
    assert "Default" in await it2(server, "profile", "list")
    assert await it2(server, "app", "theme") == "Current theme: dark"
    assert server.app.windows[1].id in await it2(server, "app", "get-focus")
    await it2(server, "app", "broadcast", "on")
    await it2(server, "session", "close", "--force")
    assert len(list(server.app.sessions())) == 2


@BOTH
async def test_iterm2_mcp_runs_a_command_and_hears_of_its_end(protocol):
    async with (
        running_server(Options(protocol=protocol)) as server,
        assistant(server, "iterm2-mcp") as it,
    ):
        session = await ready(server)
        assert session.id in await it.call("list_sessions")
        said = await it.call("run_command", command="seq 3; false", session_id=session.id)
        assert said.startswith("[prompt-end (exit 1)]")
        assert "1\n2\n3" in said
        await it.call("send_control_character", letter="l", session_id=session.id)
        assert "Default" in await it.call("list_profiles")

        async def back_at_the_shell() -> bool:
            return "bash" in await it.call("get_variable", name="jobName", session_id=session.id)

        await until(back_at_the_shell)  # as in iTerm2, the job is looked for from time to time


async def test_iterm2_mcp_opens_names_and_closes(server):
    session = await ready(server)
    async with assistant(server, "iterm2-mcp") as it:
        await it.call("split_pane", session_id=session.id, vertical=True)
        await it.call("create_tab")
        await it.call("create_window")
        await it.call("set_session_name", name="work", session_id=session.id)
        await it.call("set_badge", badge="busy", session_id=session.id)
        await it.call("focus_session", session_id=session.id)
        assert len(list(server.app.sessions())) == 4
        assert server.app.session("active") is session
        assert session.title == "work"
        await it.call("close_session", session_id=session.id, force=True)
    assert session not in server.app.sessions()


@BOTH
async def test_iterm2_py_mcp_finds_the_last_commands_output(protocol):
    async with (
        running_server(Options(protocol=protocol)) as server,
        assistant(server, "iterm2-py-mcp", ITERM_MCP_ALLOW_WRITE="1") as it,
    ):
        session = await ready(server)
        session.type("echo out; (exit 5)\r")
        await until(lambda: len(session.prompts.marks()) == 2)
        found = json.loads(await it.call("iterm_get_last_command_output", session=session.id))
        assert (found["command"], found["text"].split()[0]) == ("echo out; (exit 5)", "out")
        assert found["shell_integration"] == "full"
        await it.call("iterm_send_text", session=session.id, text="echo more")
        await it.call("iterm_send_control_character", session=session.id, key="enter")
        await until(lambda: "\nmore\n" in shown(session))
        assert "more" in await it.call("iterm_read_scrollback", session=session.id, last_n=30)
        assert "more" in await it.call(
            "iterm_search", session=session.id, query="^more$", regex=True
        )
        told = await it.call("iterm_get_session_info", session=session.id)
        assert str(session.variables["tty"]) in told
