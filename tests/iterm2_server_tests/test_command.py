import asyncio
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.iterm2_server.server import Options
from tests.npm import ROOT
from tests.support.iterm2 import PATIENCE, running_server


@pytest.fixture
async def started(tmp_path_factory):
    """The server as a process of its own, and its home."""
    with tempfile.TemporaryDirectory(prefix="it-") as home:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "tests/iterm2_server", "--home", home, "--protocol", "1.11"),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        async with asyncio.timeout(PATIENCE):
            line = (await process.stdout.readline()).decode()
        yield Path(home), line, process
        if process.returncode is None:
            process.terminate()
        await process.communicate()


SCRIPT = """
import asyncio, iterm2, warnings
async def main():
    connection = await iterm2.Connection.async_create()
    app = await iterm2.async_get_app(connection)
    print(connection.iterm2_protocol_version, len(app.terminal_windows))
asyncio.run(main())
"""


async def test_started_alone_it_says_when_it_is_ready_and_logs_each_request(started):
    home, line, server = started
    ready, *assignments = line.split()
    environment = dict(each.split("=", 1) for each in assignments)
    assert ready == "READY"
    assert environment["HOME"] == str(home)
    client = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "ignore", "-c", SCRIPT),
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert (await client.communicate())[0].decode().strip() == "(1, 11) 1"
    server.terminate()
    log = (await server.communicate())[1].decode()
    assert "list_sessions {} -> OK" in log
    assert not (home / "Library/Application Support/iTerm2/private/socket").exists()


async def osascript(server, script: str) -> tuple[int, str, str]:
    asked = await asyncio.create_subprocess_exec(
        *(server.place.home / "bin" / "osascript", "-e", script),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asked.communicate()
    return asked.returncode or 0, out.decode().strip(), err.decode().strip()


ASK = 'tell application "iTerm2" to request cookie and key for app named "x"'


async def test_the_stand_in_for_osascript_hands_out_cookies_that_are_good_once(server):
    code, out, _ = await osascript(server, ASK)
    cookie, key = out.split()
    assert (code, len(cookie), len(key)) == (0, 32, 36)
    assert (server.jar.take(cookie), server.jar.take(cookie)) == (True, False)


@pytest.mark.parametrize(
    ("state", "error"),
    [
        ({"enabled": False}, "The Python API is not enabled. (1)"),
        ({"asks": True}, "The user declined. (2)"),
        ({"consent": False}, "Not authorized to send Apple events to iTerm2. (-1743)"),
        ({"running": False}, "Application isn't running. (-600)"),
    ],
    ids=json.dumps,
)
async def test_what_stands_in_the_way_of_a_cookie_is_said_as_the_system_says_it(
    server, state, error
):
    for name, value in state.items():
        setattr(server.script, name, value)
    code, out, err = await osascript(server, ASK)
    assert (code, out, err) == (1, "", f"0:0: execution error: {error}")


async def test_where_the_api_is_off_there_is_no_socket():
    async with running_server(Options(enabled=False, windows=0)) as server:
        assert not server.place.socket.exists()
        assert (await osascript(server, ASK))[2].endswith("The Python API is not enabled. (1)")
