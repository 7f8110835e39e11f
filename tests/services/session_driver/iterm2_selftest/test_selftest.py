"""The self-test, run against the test server as a person runs it against their iTerm2."""

import asyncio
import sys

import pytest

from services.session_driver.iterm2_selftest.checks import STEPS
from tests.iterm2_server.server import Options, Server
from tests.support.iterm2 import running_server

PATIENCE = 90


async def selftest(server: Server, **more: str) -> tuple[int | None, str]:
    """Run the command; return its exit code and what it said."""
    path = {"PATH": f"{server.place.home}/bin:/usr/bin:/bin"}
    environment = {**server.environment(), **path, **more}
    async with asyncio.timeout(PATIENCE):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "services.cli", "doctor", "--iterm2-selftest"),
            env=environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
    return process.returncode, said.decode()


@pytest.mark.parametrize("protocol", [(1, 11), (1, 17)], ids=["1.11", "1.17"])
async def test_every_check_passes_and_no_window_is_left(protocol):
    async with running_server(Options(protocol=protocol, undo_seconds=0.1)) as server:
        code, said = await selftest(server)
        assert (code, said.count("ok      ")) == (0, 2 * len(STEPS)), said
        assert len(server.app.windows) == 1


async def test_a_shell_without_marks_fails_and_is_named():
    async with running_server(
        Options(shell="/bin/sh", integration=False, undo_seconds=0.1)
    ) as server:
        code, said = await selftest(server)
        assert code == 1
        assert "FAILED  prompt marks" in said
        assert len(server.app.windows) == 1


async def test_an_api_that_is_off_is_told_with_the_next_step():
    async with running_server(Options(enabled=False)) as server:
        code, said = await selftest(server)
        assert (code, "General > Magic > Enable Python API" in said) == (1, True)


async def test_the_report_holds_no_cookie_and_nothing_that_the_windows_show():
    async with running_server(Options(undo_seconds=0.1)) as server:
        cookie = server.environment()["ITERM2_COOKIE"]
        _, said = await selftest(server)
        report = said.partition("Report")[2]
        assert cookie not in report
        assert "root@" not in report


async def test_a_person_has_time_to_answer_what_macos_asks():
    async with running_server(Options(undo_seconds=0.1)) as server:
        server.script.asks = True
        server.human.answers(None)
        asyncio.get_running_loop().call_later(7, server.human.answers, True)  # after the deadline
        code, said = await selftest(server, ITERM2_COOKIE="")
        assert (code, "ok      connect" in said) == (0, True), said
