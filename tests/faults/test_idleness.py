"""Sessions in which nothing happens, and how many there may be, through the whole system."""

import asyncio

from tests.faults.test_queue import decided
from tests.system import System, is_fact

ALL = ("session_driver", "safety_reviewer", "mcp_front")


async def test_an_idle_session_is_closed_and_the_next_call_is_told_why(system: System) -> None:
    system.settings["EIM_PERFORMANCE_SESSION_TIMEOUT"] = "2"
    await system.start(*ALL)
    async with system.client() as assistant:
        session = await assistant.session()
        closed = await system.until(is_fact("SessionClosed", session_id=session))
        refused = (await assistant.run(session, "echo hi"))["error"]
        page = await assistant.call("read_output", session_id=session)
    assert closed.event.reason == "idle"
    assert refused["code"] == "session_closed"
    assert "performance.sessionTimeout" in refused["message"]
    assert "error" not in page


async def test_what_runs_or_waits_for_a_person_keeps_its_session(system: System) -> None:
    system.settings["EIM_PERFORMANCE_SESSION_TIMEOUT"] = "4"
    await system.start(*ALL)
    async with system.client() as assistant:
        third = await assistant.session()
        behind = await assistant.run(third, "touch -c nothing; sleep 20 &", wait_ms=1500)
        await decided(system, behind["approval_id"], "grant")
        second = await assistant.session()
        asked = await assistant.run(second, "touch -c nothing", wait_ms=0)
        first = await assistant.session()
        ran = await assistant.run(first, "sleep 9; echo still here", wait_ms=0)
        done = await assistant.call("wait_command", command_id=ran["command_id"], wait_ms=20000)
        waiting = await assistant.call("wait_command", command_id=asked["command_id"], wait_ms=0)
        closed = await system.facts(is_fact("SessionClosed"))
    assert (done["status"], waiting["status"]) == ("completed", "awaiting_approval")
    assert closed == []


async def test_no_more_sessions_open_than_are_allowed_even_at_once(system: System) -> None:
    system.settings["EIM_PERFORMANCE_MAX_SESSIONS"] = "2"
    await system.start(*ALL)
    async with system.client() as assistant:
        opening = [assistant.call("open_session", wait_ms=20000) for _ in range(3)]
        answers = await asyncio.gather(*opening)
        codes = [answer.get("error", answer).get("code", "") for answer in answers]
        assert min(filter(None, codes)) in {"too_many_requests", "too_many_sessions"}
        assert codes.count("") == 2
        mine = answers[codes.index("")]["session_id"]
        refused = (await assistant.call("open_session"))["error"]
        assert (refused["code"], refused["valid_values"]) == (
            "too_many_requests",
            ["at most 2 sessions"],
        )
        await assistant.call("close_session", session_id=mine, wait_ms=20000)
        assert (await assistant.call("open_session", wait_ms=20000))["status"] == "completed"
