"""A person takes the keyboard from an assistant, and gives it back."""

import asyncio
import os
import signal
from collections.abc import Generator
from contextlib import contextmanager

import pytest

from tests.support.views import PREFIX, eim, viewer
from tests.system import Assistant, System, is_fact


async def test_the_first_key_takes_control_and_the_assistant_is_told_what_to_do(
    running: System,
) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        async with viewer(running, session) as person:
            await person.press(b"x")
            await running.until(is_fact("ControlTaken", how="typing"))
            for tool, arguments in WRITES.items():
                refused = await assistant.call(tool, session_id=session, **arguments)
                assert refused["error"]["code"] == "control_with_person", refused
                assert "eim return" in refused["error"]["next_step"]
            assert (await listed(assistant, session))["control"] == "human"
            await person.press(b"\x03", PREFIX + b"r")
            await running.until(is_fact("ControlReturned", reason="returned"))
            await until_at_the_prompt(assistant, session)
            assert (await assistant.run(session, "echo hi"))["exit_code"] == 0
            assert (await listed(assistant, session))["control"] == "free"


async def until_at_the_prompt(assistant: Assistant, session: str) -> None:
    """Wait until the shell has heard the last key of the person."""
    wanted = {"session_id": session, "command": "echo hi"}
    async with asyncio.timeout(10):
        while (await assistant.call("check_command", **wanted))["would"] != "run":  # noqa: ASYNC110
            await asyncio.sleep(0.05)


WRITES = {
    "run_command": {"command": "echo hi"},
    "send_text": {"text": "hi"},
    "send_keys": {"keys": ["enter"]},
    "close_session": {"mode": "force"},
}


async def listed(assistant: Assistant, session: str) -> dict[str, object]:
    return (await assistant.call("list_sessions", session_id=session))["sessions"][0]


async def test_what_runs_goes_on_and_has_its_exit_code(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        begun = await assistant.run(session, "sleep 8; ls /no/such", wait_ms=0)
        async with viewer(running, session) as person:
            await person.press(PREFIX + b"t")
            await running.until(is_fact("ControlTaken"))
            stopped = await assistant.call("interrupt_command", command_id=begun["command_id"])
            assert stopped["error"]["code"] == "control_with_person"
            done = await assistant.call(
                "wait_command", command_id=begun["command_id"], wait_ms=15000
            )
    assert (done["status"], done["exit_code"]) == ("completed", 2)


async def test_a_command_that_waits_for_approval_is_rejected_when_a_person_has_control(
    running: System,
) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        asked = await assistant.run(session, "touch /tmp/never-typed", wait_ms=500)
        assert asked["status"] == "awaiting_approval"
        async with viewer(running, session) as person:
            await person.press(PREFIX + b"t")
            await running.until(is_fact("ControlTaken"))
            code, said = await eim(running, "approve", asked["approval_id"])
            assert code == 0, said
            done = await assistant.call(
                "wait_command", command_id=asked["command_id"], wait_ms=10000
            )
            assert (done["status"], done["code"]) == ("rejected", "control_with_person")
            assert "eim return" in done["hint"]


async def test_the_last_view_that_goes_gives_control_back(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        async with viewer(running, session) as one, viewer(running, session) as other:
            await one.press(PREFIX + b"t")
            await running.until(is_fact("ControlTaken"))
            await one.press(PREFIX + b"q")
            assert await one.left() == 0
            assert not await running.facts(is_fact("ControlReturned"))
            await other.press(PREFIX + b"q")
            await running.until(is_fact("ControlReturned", reason="detached"))


async def test_control_is_taken_and_returned_by_command_and_status_says_so(
    running: System,
) -> None:
    async with running.client() as assistant:
        session = await assistant.session(name="build")
        code, said = await eim(running, "take", "build")
        assert (code, f"eim attach {session}" in said) == (0, True), said
        async with viewer(running, session):
            pass  # who took it by name keeps it, also without a window
        refused = await assistant.run(session, "echo hi")
        assert refused["error"]["code"] == "control_with_person"
        _, shown = await eim(running, "status")
        assert f"has control; return it: eim return {session}" in shown
        assert (await eim(running, "return", session))[0] == 0
        assert (await assistant.run(session, "echo hi"))["exit_code"] == 0
        code, said = await eim(running, "return", session)
        assert (code, "Nobody has control" in said) == (2, True)


@pytest.mark.parametrize("command", ["take", "return"])
async def test_what_an_assistant_runs_changes_no_control(running: System, command: str) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        code, said = await eim(running, command, session, EIM_SESSION=session)
    assert (code, "inside a terminal that the assistant uses" in said) == (2, True), said


async def test_control_outlives_a_crash_of_the_driver_with_its_view(alone: System) -> None:
    async with alone.client() as assistant:
        session = await assistant.session()
        async with viewer(alone, session, size=(120, 32)) as person:
            await person.press(PREFIX + b"t")
            await alone.until(is_fact("ControlTaken"))
            await alone.services[0].kill()
            alone.services.pop(0)
            await alone.start("session_driver")
            refused = await assistant.run(session, "echo hi")
            assert refused["error"]["code"] == "control_with_person"
            person.kill()
            await alone.until(is_fact("ControlReturned"))
        assert (await assistant.run(session, "echo hi"))["exit_code"] == 0


async def test_control_of_a_view_that_went_with_the_driver_is_returned(alone: System) -> None:
    async with alone.client() as assistant:
        session = await assistant.session()
        async with viewer(alone, session) as person:
            await person.press(PREFIX + b"t")
            await alone.until(is_fact("ControlTaken"))
            await alone.services[0].kill()
            person.kill()
        alone.services.pop(0)
        await alone.start("session_driver")
        await alone.until(is_fact("ControlReturned", reason="view_gone"), 20)
        assert (await assistant.run(session, "echo hi"))["exit_code"] == 0


@contextmanager
def halted(pid: int) -> Generator[None]:
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


async def test_a_person_can_type_while_the_log_is_away(alone: System) -> None:
    async with alone.client() as assistant:
        session = await assistant.session()
        async with viewer(alone, session) as person:
            with halted(alone.broker.address.pid):
                await person.press(b"echo $((40+2))\r")
                await person.sees("\n42")
            await alone.until(is_fact("ControlTaken"), 20)
