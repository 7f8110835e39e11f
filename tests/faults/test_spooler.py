"""What keeps the output of a tmux session is killed: the session goes on, and so does the truth."""

import os
import signal
import subprocess

import psutil

from tests.faults.test_outliving import driver_back, driver_killed, screen, until_shown
from tests.faults.test_queue import decided
from tests.support.terminal_host import until
from tests.system import NODE, Assistant, Result, System, is_fact


def kill_spooler(alone: System) -> None:
    """Kill it, with the program that writes for it."""
    [file] = alone.broker.home.run.rglob("spooler")
    shell = psutil.Process(int(file.read_text()))
    for process in (shell, *shell.children()):
        os.kill(process.pid, signal.SIGKILL)


def in_tmux(alone: System, session: str) -> str:
    """What a person would see there."""
    socket = alone.broker.home.run / f"tmux.{NODE}"
    command = ["tmux", "-S", str(socket), "capture-pane", "-p", "-t", f"={session}:"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


async def agreed(alone: System, assistant: Assistant, session: str, command: str) -> Result:
    asked = await assistant.run(session, command, wait_ms=15000, reason="a test")
    assert asked["status"] == "awaiting_approval", asked
    await decided(alone, asked["approval_id"], "grant")
    return await assistant.call("wait_command", command_id=asked["command_id"], wait_ms=15000)


async def test_a_command_has_its_true_outcome_though_the_spooler_is_killed_in_it(
    alone: System,
) -> None:
    async with alone.client() as assistant:
        session = await assistant.session(backend="tmux")
        begun = await assistant.run(session, "echo before; sleep 3; ls /no/such", wait_ms=0)
        await until_shown(assistant, session, "before\n")
        kill_spooler(alone)
        gap = await alone.until(is_fact("RecordingGapped", session_id=session))
        done = await assistant.call("wait_command", command_id=begun["command_id"], wait_ms=20000)
        assert (done["status"], done["exit_code"]) == ("completed", 2), done
        assert done["completion"] == {"source": "osc133", "confirmed": True}
        head = done["untrusted_output"]["head"]
        assert (head[:7], "no/such" in head, head.count("before")) == ("before\n", True, 1)
        assert "nobody knows how many" in gap.event.reason
        again = await assistant.run(session, "echo again")
        assert (again["exit_code"], again["untrusted_output"]["head"]) == (0, "again\n"), again
        assert not await alone.facts(is_fact("SessionLost"))
        shown = await screen(assistant, session)
        assert shown.split() == in_tmux(alone, session).split()


async def test_an_end_that_is_lost_with_the_spooler_is_not_made_up(alone: System) -> None:
    async with alone.client() as assistant:
        session = await assistant.session(backend="tmux")
        command = "echo before; sleep 3; ls /no/such"
        begun = await assistant.run(session, command, wait_ms=0)
        await until_shown(assistant, session, "before\n")
        await driver_killed(alone)
        kill_spooler(alone)
        await until(lambda: "cannot access" in in_tmux(alone, session))
        await driver_back(alone)
        done = await assistant.call("wait_command", command_id=begun["command_id"], wait_ms=20000)
        assert (done["status"], done.get("exit_code")) == ("completed", None), done
        assert done["completion"] == {"source": "heuristic", "confirmed": False}
        assert "cannot access" in await screen(assistant, session)
        assert await alone.facts(is_fact("RecordingGapped", session_id=session))
        unsure = await agreed(alone, assistant, session, "sh -c 'exit 4'")
        assert (unsure["exit_code"], unsure["completion"]["confirmed"]) == (4, True), unsure
        sure = await assistant.run(session, "echo again")
        assert (sure["exit_code"], sure["untrusted_output"]["head"]) == (0, "again\n"), sure


async def test_a_spooler_that_is_killed_at_rest_costs_nobody_a_question(alone: System) -> None:
    async with alone.client() as assistant:
        session = await assistant.session(backend="tmux")
        await assistant.run(session, "echo before")
        kill_spooler(alone)
        await alone.until(is_fact("RecordingGapped", session_id=session))
        done = await assistant.run(session, "echo after; sh -c 'exit 3'")
        assert (done["exit_code"], done["untrusted_output"]["head"]) == (3, "after\n"), done
