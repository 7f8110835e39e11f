"""Every part is killed or taken away once, in the middle of the work."""

import asyncio
import os
import signal
import time

import psutil

from services.runtime.keys import digest_key
from services.session_driver.playback import last_piece
from services.session_driver.replay import screen_after, screen_digest
from services.session_driver.terminal.screen import Look
from tests.support.logs import log_of
from tests.system import Assistant, Result, System, is_fact


async def test_a_new_front_returns_the_command_that_the_old_one_started(alone: System) -> None:
    async with alone.client() as assistant:
        session = await assistant.session()
        begun = await assistant.run(session, "sleep 2", wait_ms=300)
        assert begun["status"] == "running"
    await alone.services[2].kill()
    await alone.start("mcp_front")
    async with alone.client() as assistant:
        done = await assistant.call("wait_command", command_id=begun["command_id"], wait_ms=20000)
        assert done.get("status") == "completed", done
    assert (await alone.of_call(begun["command_id"])).count("ToolCallStarted") == 1


async def test_a_result_outlives_every_restart(alone: System) -> None:
    async with alone.client() as assistant:
        session = await assistant.session()
        first = await assistant.run(session, "echo kept", request_id="r1")
    for service in alone.services[:]:
        await service.stop()
    await alone.start("session_driver", "safety_reviewer", "mcp_front")
    async with alone.client() as assistant:
        again = await assistant.call("wait_command", command_id=first["command_id"])
        repeated = await assistant.run(session, "echo kept", request_id="r1")
        assert again["untrusted_output"]["head"] == "kept\n"
        assert repeated["command_id"] == first["command_id"]
        page = await assistant.call("read_output", command_id=first["command_id"])
        assert page["untrusted_output"]["text"] == "kept\n"


async def test_after_a_driver_and_its_terminals_were_killed_the_outcome_is_unknown(
    alone: System,
) -> None:
    async with alone.client() as assistant:
        session = await assistant.session(cols=77, rows=19)
        await assistant.run(session, "ls -la /")
        begun = await assistant.run(session, "sleep 30", wait_ms=300)
        shown = await assistant.call("read_screen", session_id=session)
        await assistant.call("read_output", command_id=begun["command_id"])  # all of it is stored
        [opened] = await alone.facts(is_fact("SessionOpened", session_id=session))
        terminal_host = psutil.Process(opened.event.pid).parent()
        await alone.services[0].kill()
        terminal_host.kill()
        await alone.start("session_driver")
        done = await assistant.call("wait_command", command_id=begun["command_id"], wait_ms=10000)
        assert done["status"] == "unknown"
        assert (await alone.of_call(begun["command_id"])).count("ToolCallStarted") == 1
        assert await alone.facts(is_fact("SessionLost", session_id=session))
        unknown = is_fact("ToolCallOutcomeUnknown", call_id=begun["command_id"])
        [evidence] = [recorded.event for recorded in await alone.facts(unknown)]
        look = await last_screen(alone, session)
        assert evidence.screen_digest == screen_digest(digest_key(alone.broker.home.keys), look)
        assert (look.size, look.text) == ((77, 19), shown["untrusted_output"]["text"])
        fresh = await assistant.session()
        assert (await assistant.run(fresh, "echo hi"))["exit_code"] == 0


async def last_screen(alone: System, session: str) -> Look:
    """Return the screen as the recording alone tells it."""
    async with log_of(alone.broker, "session_driver") as log:
        last = await last_piece(log, session)
        assert last is not None
        look = await screen_after(log, session, last)
    assert look is not None
    return look


async def test_without_a_reviewer_nothing_runs_and_the_call_lapses(system: System) -> None:
    system.settings["EIM_SAFETY_REQUEST_TIMEOUT"] = "2"
    await system.start("session_driver", "safety_reviewer", "mcp_front")
    async with system.client() as assistant:
        session = await assistant.session()
        await system.services[1].stop()
        answer = await assistant.run(session, "echo hi", wait_ms=3000)
        assert answer["status"] == "expired"
        await system.start("safety_reviewer")
        await system.until(is_fact("ToolCallLapsed", call_id=answer["command_id"]))
        assert await system.of_call(answer["command_id"]) == ["ToolCallRequested", "ToolCallLapsed"]


async def test_a_killed_reviewer_is_replaced_and_goes_on(alone: System) -> None:
    async with alone.client() as assistant:
        session = await assistant.session()
        await alone.services[1].kill()
        waiting = asyncio.create_task(assistant.run(session, "echo hi", wait_ms=20000))
        await alone.until(is_fact("ToolCallRequested", session_id=session))
        await alone.start("safety_reviewer")
        assert (await waiting)["exit_code"] == 0


async def test_a_paused_broker_is_an_error_within_two_seconds_and_types_nothing(
    alone: System,
) -> None:
    broker = alone.broker.address.pid
    async with alone.client() as assistant:
        session = await assistant.session()
        await asyncio.sleep(1.1)  # what the front knows about the log's size is old now
        os.kill(broker, signal.SIGSTOP)
        try:
            began = time.monotonic()
            answer = await assistant.run(session, "echo hi")
            took = time.monotonic() - began
        finally:
            os.kill(broker, signal.SIGCONT)
        assert answer["error"]["code"] == "log_unavailable"
        assert "Nothing was recorded" in answer["error"]["message"]
        assert took < 2.5
        taken = await alone.facts(is_fact("ToolCallRequested", session_id=session))
        assert len(taken) == 1  # the opening
        assert (await assistant.run(session, "echo again"))["exit_code"] == 0


async def test_what_a_paused_broker_needs_is_no_time_of_the_command(alone: System) -> None:
    broker = alone.broker.address.pid
    async with alone.client() as assistant:
        session = await assistant.session()
        nap = await assistant.run(session, "sleep 0.5", wait_ms=0)
        await alone.until(is_fact("ToolCallStarted", call_id=nap["command_id"]))
        os.kill(broker, signal.SIGSTOP)
        try:
            refused = await assistant.run(session, "echo hi")  # for so long nothing answers
        finally:
            os.kill(broker, signal.SIGCONT)
        done = await assistant.call("wait_command", command_id=nap["command_id"], wait_ms=20000)
    assert refused["error"]["code"] == "log_unavailable"
    assert 500 <= done["duration_ms"] < 1500


async def test_a_request_that_a_paused_broker_still_takes_can_be_looked_up_and_runs_once_at_most(
    alone: System,
) -> None:
    broker = alone.broker.address.pid
    async with alone.client() as assistant:
        session = await assistant.session()
        await asyncio.sleep(1.1)  # so that the front asks for the log's size with the next call
        await assistant.run(session, "true")
        os.kill(broker, signal.SIGSTOP)
        try:
            began = time.monotonic()
            answer = (await assistant.run(session, "echo hi"))["error"]
            took = time.monotonic() - began
            unknown = await assistant.call("wait_command", command_id=answer["command_id"])
        finally:
            os.kill(broker, signal.SIGCONT)
        assert answer["code"] == "log_unavailable"
        assert took < 2.5
        assert answer["command_id"] in answer["next_step"]
        assert "recorded under this id (yet)" in unknown["error"]["message"]
        await alone.until(is_fact("ToolCallRequested", call_id=answer["command_id"]))
        outcome = await told_of(assistant, answer["command_id"])
        assert outcome["status"] in {"completed", "expired"}
        facts = await alone.of_call(answer["command_id"])
        assert facts.count("ToolCallStarted") == (outcome["status"] == "completed")
        assert (await assistant.run(session, "echo again"))["exit_code"] == 0
        page = await assistant.call("read_output", session_id=session)
        typed = page["untrusted_output"]["text"].count("echo hi")
        assert typed == facts.count("ToolCallStarted")


async def told_of(assistant: Assistant, command_id: str) -> Result:
    """Wait for a call that the front may not have read yet."""
    async with asyncio.timeout(20):
        while "error" in (told := await assistant.call("wait_command", command_id=command_id)):
            assert told["error"]["code"] == "unknown_command"
            await asyncio.sleep(0.05)
    return told


async def test_a_broker_that_died_and_came_back_loses_nothing(alone: System) -> None:
    async with alone.client() as assistant:
        session = await assistant.session()
        before = await assistant.run(session, "echo before")
        os.kill(alone.broker.address.pid, signal.SIGKILL)  # its keeper starts it again
        answers = [await assistant.run(session, "echo during", wait_ms=10000)]
        async with asyncio.timeout(30):
            while "error" in answers[-1]:
                await asyncio.sleep(0.2)
                answers.append(await assistant.run(session, "echo during", wait_ms=10000))
        assert answers[-1]["exit_code"] == 0
        kept = await assistant.call("wait_command", command_id=before["command_id"])
        assert kept["untrusted_output"]["head"] == "before\n"
