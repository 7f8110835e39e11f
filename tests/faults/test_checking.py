"""A command that is only asked about, through the whole system."""

import msgspec

from services.mcp_front.answers import DecisionNote
from services.mcp_front.outcomes import decision_note
from tests.system import Assistant, Result, System, is_fact


async def check(assistant: Assistant, session_id: str, command: str) -> Result:
    return await assistant.call("check_command", session_id=session_id, command=command)


async def test_a_check_says_what_then_happens_and_does_nothing(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        before = await running.facts(is_fact("ToolCallRequested"))
        recorded = (await assistant.call("read_output", session_id=session))["next_cursor"]
        said = [await check(assistant, session, c) for c in ("ls", "touch x", "rm -rf /")]
        assert [each["would"] for each in said] == ["run", "wait_for_approval", "be_blocked"]
        assert (said[0]["context"]["prompt"], said[2]["code"]) == ("idle", "blocked")
        after = (await assistant.call("read_output", session_id=session))["next_cursor"]
        assert (await running.facts(is_fact("ToolCallRequested")), after) == (before, recorded)
        assert await running.facts(is_fact("ApprovalRequested")) == []


async def test_a_review_right_after_a_check_says_the_same(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        for command, decided in (("ls", "ToolCallCleared"), ("touch x", "ApprovalRequested")):
            said = await check(assistant, session, command)
            asked = await assistant.run(session, command, wait_ms=1000)
            fact = await running.until(is_fact(decided, call_id=asked["command_id"]))
            assert msgspec.convert(said["decision"], DecisionNote) == decision_note(
                fact.event.decision
            )


async def test_a_check_is_on_record_as_one_read_only_call(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        await check(assistant, session, "ls")
        served = is_fact("ToolCallServed", tool="check_command")
        await running.until(served)
        (once,) = await running.facts(served)
        assert (once.event.session_id, once.event.principal) == (session, running.principal)


async def test_a_check_looks_at_the_session_as_it_is_now(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        idle = await check(assistant, session, "ls")
        busy = await assistant.run(session, "sleep 30", wait_ms=0)
        await running.until(is_fact("ToolCallStarted", call_id=busy["command_id"]))
        now = await check(assistant, session, "ls")
        assert (idle["would"], now["would"], now["queued_behind"]) == (
            "run", "wait_for_approval", 1,
        )  # fmt: skip
        assert "prompt: The prompt is running, not idle." in now["decision"]["rules"]
        assert "Calls that come first: 1." in now["hint"]


async def test_another_principals_session_answers_like_an_unknown_one(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
    other = running.key_of(f"{running.principal}-other")
    async with running.client(other) as stranger:
        theirs = (await check(stranger, session, "ls"))["error"]
        nobodys = (await check(stranger, "s999", "ls"))["error"]
    assert theirs["code"] == "unknown_session"
    assert {**theirs, "message": ""} == {**nobodys, "message": ""}
    assert theirs["message"].replace(session, "s999") == nobodys["message"]


async def test_without_a_reviewer_a_check_says_that_nobody_answers(system: System) -> None:
    await system.start("session_driver", "safety_reviewer", "mcp_front")
    async with system.client() as assistant:
        session = await assistant.session()
        await system.services[1].stop()
        refused = (await check(assistant, session, "ls"))["error"]
        assert refused["code"] == "driver_unavailable"
        assert "eim status" in refused["next_step"]
