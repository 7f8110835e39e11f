"""Terminals go on while their driver is away: what they did meanwhile is found and recorded."""

import asyncio
import os
import signal

import psutil
import pytest

from services.contract.terminal import CONTEXT, LookAt, terminals_of
from services.runtime.rpc import Declined, Unanswered, ask
from tests.support.logs import until_so
from tests.system import NODE, Assistant, System, is_fact

NAP = "echo before; sleep 2; ls /no/such"


async def driver_killed(alone: System) -> None:
    await alone.services[0].kill()
    alone.services.pop(0)


async def driver_back(alone: System) -> None:
    await alone.start("session_driver")
    alone.services.insert(0, alone.services.pop())
    await until_so(lambda: answers(alone))  # the broker may hear of its new place a little later


async def answers(alone: System) -> bool:
    try:
        await ask(alone.log.client, terminals_of(NODE), CONTEXT, LookAt(session_id="s0"))
    except Unanswered:
        return False
    except Declined:
        return True
    return True


@pytest.fixture(params=["pty", "tmux"])
def backend(request: pytest.FixtureRequest) -> str:
    return request.param


async def ended_away(alone: System, backend: str, command: str, away: float) -> dict[str, object]:
    """Start a command, kill its driver, and return what a new driver says of it."""
    async with alone.client() as assistant:
        session = await assistant.session(backend=backend)
        begun = await assistant.run(session, command, wait_ms=0)
        await until_shown(assistant, session, "before\n")
        await driver_killed(alone)
        await asyncio.sleep(away)
        await driver_back(alone)
        done = await assistant.call("wait_command", command_id=begun["command_id"], wait_ms=15000)
        facts = await alone.of_call(begun["command_id"])
        assert facts.count("ToolCallStarted") == 1
        again = await assistant.run(session, "echo again")
        assert (again["exit_code"], again["untrusted_output"]["head"]) == (0, "again\n"), again
        return done


async def until_shown(assistant: Assistant, session: str, text: str) -> None:
    async with asyncio.timeout(20):
        while text not in (await screen(assistant, session)):  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.05)


async def screen(assistant: Assistant, session: str) -> str:
    shown = await assistant.call("read_screen", session_id=session)
    return shown["untrusted_output"]["text"] + "\n"


async def prompted(assistant: Assistant, session: str) -> dict[str, object]:
    """Return the screen once the prompt is on it, which comes a little after a command's end."""
    async with asyncio.timeout(20):
        while "cursor_col" not in (
            shown := await assistant.call("read_screen", session_id=session)
        ):
            pass
    return shown


async def test_a_command_that_ended_while_no_driver_was_there_has_its_true_outcome(
    alone: System, backend: str
) -> None:
    done = await ended_away(alone, backend, NAP, away=2.5)
    assert (done["status"], done["exit_code"]) == ("completed", 2), str(done)
    first, error = done["untrusted_output"]["head"].splitlines()
    assert (first, "no/such" in error) == ("before", True)


async def test_a_command_that_outlives_the_change_of_drivers_has_its_true_outcome(
    alone: System, backend: str
) -> None:
    done = await ended_away(alone, backend, NAP, away=0)
    assert (done["status"], done["exit_code"]) == ("completed", 2), str(done)
    assert done["untrusted_output"]["head"].startswith("before\n")


async def test_the_outcome_of_a_command_is_never_that_of_one_before_it(
    alone: System, backend: str
) -> None:
    async with alone.client() as assistant:
        session = await assistant.session(backend=backend)
        for _ in range(3):
            assert (await assistant.run(session, "ls /no/such"))["exit_code"] == 2
        begun = await assistant.run(session, "echo before; sleep 2; false", wait_ms=0)
        await until_shown(assistant, session, "before\n")
        await driver_killed(alone)
        await driver_back(alone)
        done = await assistant.call("wait_command", command_id=begun["command_id"], wait_ms=15000)
    assert (done["status"], done["exit_code"]) == ("completed", 1), str(done)
    assert done["untrusted_output"]["head"] == "before\n"


async def test_a_long_output_is_whole_although_the_driver_was_killed_in_it(
    alone: System, backend: str
) -> None:
    async with alone.client() as assistant:
        session = await assistant.session(backend=backend)
        command = "sleep 0.5; seq 1 400000; sleep 1"
        begun = await assistant.run(session, command, wait_ms=0)
        await until_shown(assistant, session, "\n3")  # it has begun to print
        await driver_killed(alone)
        await driver_back(alone)
        done = await assistant.call("wait_command", command_id=begun["command_id"], wait_ms=30000)
    assert (done["status"], done["exit_code"]) == ("completed", 0)
    output = done["untrusted_output"]
    assert output["total_lines"] == 400000
    assert output["tail"].endswith("399999\n400000\n")


async def test_a_terminal_at_rest_looks_the_same_to_the_next_driver(
    alone: System, backend: str
) -> None:
    async with alone.client() as assistant:
        session = await assistant.session(backend=backend, cols=77, rows=19)
        await assistant.run(session, "ls -la /")
        before = await prompted(assistant, session)
        await driver_killed(alone)
        await driver_back(alone)
        after = await assistant.call("read_screen", session_id=session)
        same = ("untrusted_output", "cursor_row", "cursor_col", "cols", "rows", "session_epoch")
        assert [after[name] for name in same] == [before[name] for name in same]
        assert not await alone.facts(is_fact("SessionLost"))


async def test_a_shell_that_ended_while_no_driver_was_there_is_a_closed_session(
    alone: System, backend: str
) -> None:
    async with alone.client() as assistant:
        session = await assistant.session(backend=backend)
        [opened] = await alone.facts(is_fact("SessionOpened", session_id=session))
        await driver_killed(alone)
        os.kill(opened.event.pid, signal.SIGKILL)
        await driver_back(alone)
        closed = await alone.until(is_fact("SessionClosed", session_id=session))
    assert (closed.event.reason, closed.event.exit_status) == ("exited", -9)


async def test_with_the_host_its_terminals_are_lost_and_new_ones_open(
    alone: System, backend: str
) -> None:
    async with alone.client() as assistant:
        session = await assistant.session(backend=backend)
        [opened] = await alone.facts(is_fact("SessionOpened", session_id=session))
        begun = await assistant.run(session, "echo before; sleep 30", wait_ms=0)
        await until_shown(assistant, session, "before\n")
        psutil.Process(opened.event.pid).parent().kill()
        done = await assistant.call("wait_command", command_id=begun["command_id"], wait_ms=10000)
        assert done["status"] == "unknown"
        await alone.until(is_fact("SessionLost", session_id=session))
        fresh = await assistant.session(backend=backend)
        assert (await assistant.run(fresh, "echo hi"))["exit_code"] == 0


async def test_a_session_in_tmux_outlives_the_driver_and_the_terminal_host_at_once(
    alone: System,
) -> None:
    async with alone.client() as assistant:
        session = await assistant.session(backend="tmux")
        other = await assistant.session(backend="pty")
        [opened] = await alone.facts(is_fact("SessionOpened", session_id=other))
        begun = await assistant.run(session, NAP, wait_ms=0)
        await until_shown(assistant, session, "before\n")
        psutil.Process(opened.event.pid).parent().kill()
        await driver_killed(alone)
        await driver_back(alone)
        done = await assistant.call("wait_command", command_id=begun["command_id"], wait_ms=15000)
        assert (done["status"], done["exit_code"]) == ("completed", 2), str(done)
        assert (await alone.until(is_fact("SessionLost"))).event.session_id == other
