"""The stack starts, is shared, and leaves in good order."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx2
import msgspec
import psutil
import pytest

from tests.services.cli.command import ROOT, eventually, free_port
from tests.services.cli.mcp_client import opened, over_http


def test_a_stack_in_the_background_is_ready_when_the_command_returns(stack):
    assert stack("status").returncode == 0


def test_a_second_start_in_the_background_finds_the_first(stack):
    first = stack.record()["pid"]
    assert f"process {first}" in stack("up", "--detach").stdout


def test_a_second_stack_on_the_same_home_is_refused(stack):
    refused = stack("up")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert f"runs already, as process {stack.record()['pid']}" in refused.stderr


@pytest.mark.parametrize("service", ["safety_reviewer", "session_driver"])
def test_a_service_that_the_stack_runs_is_not_started_beside_it(stack, service):
    second = subprocess.run(
        [sys.executable, "-m", f"services.{service}"],
        env=stack.environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert second.returncode != 0
    assert f"runs already, as process {stack.record()['pid']}" in second.stderr


def test_two_starts_at_once_share_one_stack(eim):
    starts = [eim.start("up", "--detach") for _ in range(2)]
    said = [start.communicate(timeout=90)[0].splitlines()[0] for start in starts]
    assert said[0] == said[1] == f"enhanced-iterm-mcp 0.1.0 runs as process {eim.record()['pid']}"
    assert "runs already" not in (eim.home / "logs" / "stack.log").read_text()


def test_a_stack_in_the_background_has_no_parent_that_a_client_could_end(stack):
    pid = stack.record()["pid"]
    assert pid not in {child.pid for child in psutil.Process().children(recursive=True)}
    assert os.getsid(pid) == pid


def test_a_stop_lets_the_driver_say_that_it_left(eim):
    eim("up", "--detach")
    assert "Stopped process" in eim("down").stdout
    eim("up", "--detach")
    assert eim.events()[-2:] == ["NodeStopped", "NodeStarted"]


async def test_a_call_that_runs_when_the_stack_stops_is_answered_with_its_outcome(eim):
    await asyncio.to_thread(eim, "up", "--detach")
    async with over_http(eim, eim.key()) as client:
        call = {"session_id": await opened(client), "command": "cat"}
        calling = asyncio.ensure_future(client.call_tool("run_command", call))
        await asyncio.to_thread(eventually, lambda: eim.events()[-1] == "ToolCallStarted")
        await asyncio.to_thread(eim, "down")
        assert (await calling).structured_content["decided_by"] == "shutdown"


def test_a_stack_takes_answers_of_slack_where_that_is_configured(eim):
    port = free_port()
    eim(
        "up",
        "--detach",
        EIM_NOTIFICATIONS_SLACK_CHANNEL="C012AB3CD",
        EIM_NOTIFICATIONS_SLACK_TOKEN="xoxb-test",
        EIM_NOTIFICATIONS_SLACK_SIGNING_SECRET="hush",
        EIM_NOTIFICATIONS_SLACK_APPROVERS="U012AB3CD=ada",
        EIM_NOTIFICATIONS_SLACK_PORT=str(port),
    )
    url = f"http://127.0.0.1:{port}/slack/interactions"
    eventually(lambda: not isinstance(answer_of(url), OSError))
    assert answer_of(url) == 401


def answer_of(url: str) -> int | OSError:
    """Return the status of an unsigned request, or why there was none."""
    try:
        return httpx2.post(url, content=b"payload={}", timeout=5).status_code
    except httpx2.TransportError as error:
        return OSError(error)


def test_a_signal_stops_a_stack_in_the_foreground(eim):
    foreground = eim.start("up", "--follow")
    assert eventually(lambda: eim("status").returncode == 0)
    foreground.send_signal(signal.SIGINT)
    said, complaints = foreground.communicate(timeout=30)
    assert foreground.returncode == 0
    assert [line.split()[-2:] for line in said.splitlines()[-2:]] == [
        ["NodeStopped", "stopped"],
        ["Stopped."],
    ]
    assert "Stopping in good order. Once more ends it at once." in complaints.splitlines()


def test_who_follows_the_first_start_sees_the_rules_as_one_line(eim):
    foreground = eim.start("up", "--follow")
    assert eventually(lambda: eim("status").returncode == 0)
    foreground.send_signal(signal.SIGINT)
    said, _ = foreground.communicate(timeout=30)
    eim("up", "--detach")
    files = eim("events", "--json", "--since-seq", "1").stdout.count('"PolicyLayerLoaded"')
    told = [line for line in said.splitlines() if "PolicyLayerLoaded" in line]
    assert [line.partition("  the ")[2] for line in told] == [f"rules are loaded: {files} files"]


def test_a_terminal_that_is_closed_stops_the_stack_in_good_order(eim):
    master, terminal = os.openpty()
    with subprocess.Popen(
        eim.command("up", "--follow"),
        env=eim.environment,
        cwd=ROOT,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
    ) as foreground:
        os.close(terminal)
        assert eventually(lambda: eim("status").returncode == 0)
        for _ in range(2):  # the kernel and the shell both say that the terminal is gone
            foreground.send_signal(signal.SIGHUP)
        os.close(master)
    eim("up", "--detach")
    assert eim.events()[-2:] == ["NodeStopped", "NodeStarted"]


async def test_the_terminals_of_a_killed_stack_are_found_and_ended(eim):
    await asyncio.to_thread(eim, "up", "--detach")
    async with over_http(eim, eim.key()) as client:
        await opened(client)
    stack = psutil.Process(eim.record()["pid"])
    host = next(each for each in psutil.process_iter() if _holds_terminals(each, eim.home))
    stack.kill()
    await asyncio.to_thread(eventually, lambda: not stack.is_running())
    looked = await asyncio.to_thread(eim, "doctor")
    assert f"process {host.pid} holds those of a stack that was killed" in looked.stdout
    ended = await asyncio.to_thread(eim, "down")
    assert f"Ended the terminals of a stack that was killed (process {host.pid})" in ended.stdout
    assert not host.is_running()


async def test_the_tmux_sessions_of_a_killed_stack_are_found_and_ended(eim):
    await asyncio.to_thread(eim, "up", "--detach")
    async with over_http(eim, eim.key()) as client:
        asked = {"backend": "tmux", "wait_ms": 20000}
        answer = (await client.call_tool("open_session", asked)).structured_content
        assert answer["status"] == "completed", answer
    stack = psutil.Process(eim.record()["pid"])
    stack.kill()
    await asyncio.to_thread(eventually, lambda: not stack.is_running())
    there = eim.home / "run" / "tmux.local"
    assert str(there) in (await asyncio.to_thread(eim, "doctor")).stdout
    said = [(await asyncio.to_thread(eim, "down")).stdout for _ in range(2)]
    assert f"Ended the terminals of a stack that was killed ({there})" in said[0]
    assert "Nothing runs" in said[1]


def _holds_terminals(process: psutil.Process, home: Path) -> bool:
    try:
        return {"services.terminal_host", str(home / "run")} <= set(process.cmdline())
    except psutil.Error:
        return False


def test_nothing_to_stop_is_no_failure(eim):
    stopped = eim("down")
    assert (stopped.returncode, stopped.stderr) == (0, "")
    assert "Nothing runs" in stopped.stdout


def test_a_process_that_reuses_the_number_of_a_dead_stack_is_left_alone(eim):
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    run = eim.home / "run"
    run.mkdir(parents=True)
    record = {"pid": other.pid, "started": 0, "url": "http://127.0.0.1:1/mcp"}
    (run / "stack.json").write_bytes(msgspec.json.encode(record))
    (run / "stack.lock").write_text(str(other.pid))
    assert "Nothing runs" in eim("down").stdout
    assert other.poll() is None
    other.communicate(b"\n")


def test_a_killed_stack_does_not_keep_the_next_from_starting(eim):
    eim("up", "--detach")
    psutil.Process(eim.record()["pid"]).kill()
    assert eventually(lambda: "not running" in eim("status").stdout)
    assert eim("up", "--detach").returncode == 0


def test_a_taken_port_ends_the_start_with_its_reason(eim):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(eim.environment["EIM_SERVER_PORT"])))
        taken.listen()
        for options in ((), ("--detach",)):
            refused = eim("up", *options)
            assert refused.returncode == 2
            assert "is in use by another program" in refused.stderr
            assert "server.port (EIM_SERVER_PORT)" in refused.stderr
            assert "Traceback" not in refused.stderr


def test_a_stack_that_cannot_start_says_so_to_who_waits_for_it(eim):
    refused = eim("up", "--detach", "--set", "clustering.eventsMaxBytes=7")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "clustering.eventsMaxBytes: must be a whole number" in refused.stderr


def test_a_setting_of_the_command_line_reaches_the_background(eim):
    port = eim.environment["EIM_SERVER_PORT"]
    eim.environment["EIM_SERVER_PORT"] = "1"
    assert f":{port}/mcp" in eim("up", "--detach", "--set", f"server.port={port}").stdout
