"""Decisions of a person at the command line, and where none is taken."""

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from events.sessions import SessionClosed, SessionOpened
from services.runtime.clock import Clock
from services.runtime.log import Draft, Log
from tests.services.cli.command import ROOT, Eim, eventually, in_home
from tests.services.cli.mcp_client import opened, over_http

WHY = "to see it asked"


@pytest.fixture
def asked(stack: Eim) -> Iterator[str]:
    """The id of an approval that is open while the test runs."""
    asyncio.run(_ask(stack, f"touch {stack.home.parent}/asked"))
    assert eventually(lambda: "touch" in stack("approvals").stdout)
    approval = stack("approvals").stdout.split()[0]
    yield approval
    stack("deny", approval)


async def _ask(eim: Eim, command: str) -> None:
    async with over_http(eim, eim.key()) as client:
        session = await opened(client)
        call = {"session_id": session, "command": command, "reason": WHY, "wait_ms": 0}
        await client.call_tool("run_command", call)


def test_an_approval_lets_the_command_run_once(stack, asked):
    approved = stack("approve", asked)
    assert WHY in approved.stdout
    assert approved.stdout.splitlines()[-1].startswith("Approved by cli:")
    assert eventually((stack.home.parent / "asked").exists)
    assert stack("approve", asked).returncode == 2


@pytest.mark.parametrize("cut", [slice(0, 8), slice(2, 8)])
def test_the_beginning_of_the_id_is_enough(stack, asked, cut):
    assert stack("approve", asked[cut]).returncode == 0


def test_a_denial_is_recorded_with_its_reason(stack, asked):
    assert stack("deny", asked, "--reason", "not today").returncode == 0
    assert "not today" in stack("events", "--type", "ApprovalDenied").stdout


def test_what_waits_is_shown_with_what_would_be_typed_and_why(stack, asked):
    shown = stack("approvals").stdout
    assert f"│ touch {stack.home.parent}/asked" in shown
    assert re.search(r"review: writes /.*asked$", shown, re.MULTILINE)
    assert "tester" in shown
    assert f"says     (the assistant's own words, unchecked) {WHY}" in shown


def test_programs_get_each_question_as_one_line_of_json(stack, asked):
    (line,) = stack("approvals", "--json").stdout.splitlines()
    question = json.loads(line)
    assert (question["approval_id"], question["reason"]) == (asked, WHY)


@pytest.mark.parametrize("given", ["apffff", "xy"])
def test_an_id_that_fits_no_open_approval_is_told(stack, given):
    refused = stack("approve", given)
    assert refused.returncode == 2
    assert "eim approvals" in refused.stderr


def test_an_id_that_fits_several_is_not_decided(stack, asked):
    other = f"touch {stack.home.parent}/other"
    asyncio.run(_ask(stack, other))
    assert eventually(lambda: other in stack("approvals").stdout)
    first, second = [json.loads(line)["approval_id"] for line in _lines(stack)]
    refused = stack("approve", "ap")
    assert stack("deny", second).returncode == 0
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.splitlines() == [
        "eim: 'ap' fits 2 open approvals; give more of the id:",
        f"  {first}  run_command touch {stack.home.parent}/asked",
        f"  {second}  run_command {other}",
    ]


def test_no_beginning_at_all_decides_nothing_even_where_one_waits(stack, asked):
    refused = stack("approve", "ap")
    assert refused.returncode == 2
    assert f"fits 1 open approval; give more of the id:\n  {asked}" in refused.stderr


def _lines(stack: Eim) -> list[str]:
    return stack("approvals", "--json").stdout.splitlines()


@pytest.mark.parametrize("command", [("approvals",), ("approve", "ap1"), ("deny", "ap1")])
def test_nothing_is_decided_where_the_environment_is_that_of_a_session(stack, command):
    refused = stack(*command, EIM_SESSION="s1")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "not taken inside a terminal that the assistant uses (session 's1')" in refused.stderr


async def shell_is(own_broker, pid: int) -> Log:
    """Have the log say that this process is the shell of an open session."""
    async with own_broker.connect("session_driver") as client:
        log = Log(client, "test", Clock(), "session_driver")
        event = SessionOpened(
            session_id="s9", epoch="e", owner="o", backend="pty", cols=80, rows=24, pid=pid
        )
        await log.append(Draft(event=event, actor="session_driver"))


def approvals_in(own_broker, **options: object) -> subprocess.CompletedProcess[str]:
    eim = in_home(own_broker.home.root)
    return subprocess.run(
        eim.command("approvals"),
        env=eim.environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        **options,
    )


async def test_nothing_is_decided_below_a_shell_of_the_driver(own_broker):
    await shell_is(own_broker, os.getpid())
    refused = await asyncio.to_thread(approvals_in, own_broker)
    assert "(session s9)" in refused.stderr


@pytest.fixture
def shell() -> Iterator[tuple[int, int]]:
    """A process and the terminal that it controls."""
    master, terminal = os.openpty()
    script = "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); input()"
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdin=terminal, start_new_session=True) as process:
        assert eventually(lambda: os.tcgetpgrp(master) == process.pid)  # psutil keeps an old list
        yield process.pid, terminal
        process.kill()
    os.close(terminal)
    os.close(master)


async def test_nothing_is_decided_on_the_terminal_of_a_shell_of_the_driver(own_broker, shell):
    pid, terminal = shell
    await shell_is(own_broker, pid)
    refused = await asyncio.to_thread(approvals_in, own_broker, stdin=terminal)
    assert "(session s9)" in refused.stderr


async def test_the_shell_of_a_session_that_ended_hinders_nobody(own_broker):
    await shell_is(own_broker, os.getpid())
    async with own_broker.connect("session_driver") as client:
        log = Log(client, "test", Clock(), "session_driver")
        closed = SessionClosed(session_id="s9", reason="exited")
        await log.append(Draft(event=closed, actor="session_driver"))
    unanswered = await asyncio.to_thread(approvals_in, own_broker)
    assert "(session s9)" not in unanswered.stderr
    assert "A service does not answer" in unanswered.stderr
