"""Waiting for what a terminal prints, through the whole system."""

import asyncio

import pytest

from tests.faults.test_queue import decided
from tests.system import Assistant, Result, System, is_fact

SLOW = "; ".join(f"echo step {number}; sleep 0.4" for number in range(1, 6))


async def waits(assistant: Assistant, session: str, **what: object) -> Result:
    return await assistant.call("wait_for", session_id=session, **what)


async def test_a_wait_ends_with_the_line_that_a_command_prints(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        ran = await assistant.run(session, "sleep 1; echo now it is ready", wait_ms=0)
        found = await waits(assistant, session, text="ready", wait_ms=9000)
        assert (found["matched"], found["untrusted_output"]) == (
            True,
            {"text": "now it is ready"},
        )
        end = await assistant.call("wait_command", command_id=ran["command_id"])
        assert end["status"] == "completed"


async def test_nothing_that_is_printed_between_two_waits_is_missed(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        ran = await assistant.run(session, SLOW, wait_ms=0)
        command = {"command_id": ran["command_id"]}
        found = [await waits(assistant, session, pattern="^step [0-9]$", **command)]
        for _ in range(4):
            after = found[-1]["next_offset"]
            found.append(await waits(assistant, session, pattern="^step", from_offset=after))
        assert [each["untrusted_output"]["text"] for each in found] == [
            f"step {number}" for number in range(1, 6)
        ]
        assert all("gap_bytes" not in each for each in found)


async def test_a_wait_that_is_over_says_where_to_go_on(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        await assistant.run(session, "sleep 2.5; echo late", wait_ms=0)
        early = await waits(assistant, session, text="late", wait_ms=300)
        assert (early["status"], early["matched"]) == ("not_yet", False)
        assert f"from_offset={early['next_offset']}" in early["hint"]
        late = await waits(
            assistant, session, text="late", from_offset=early["next_offset"], wait_ms=9000
        )
        assert late["untrusted_output"] == {"text": "late"}


async def test_a_question_without_an_end_of_line_is_found(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        asked = await assistant.run(
            session, "touch -c x; read -p 'Proceed? [y/N] ' answer", wait_ms=1000
        )
        await decided(running, asked["approval_id"], "grant")
        command = {"command_id": asked["command_id"]}
        found = await waits(assistant, session, text="Proceed?", wait_ms=9000, **command)
        assert found["untrusted_output"] == {"text": "Proceed? [y/N] "}


async def test_a_wait_for_quiet_ends_once_nothing_is_printed_for_so_long(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        await assistant.run(session, SLOW, wait_ms=0)
        quiet = await waits(assistant, session, idle_ms=1500, wait_ms=20000)
        page = await assistant.call("read_output", session_id=session)
        assert (quiet["status"], quiet["quiet_ms"] >= 1500) == ("matched", True)
        assert "step 5" in page["untrusted_output"]["text"]


async def test_quiet_is_counted_across_questions_to_the_driver(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        async with asyncio.timeout(12):
            quiet = await waits(assistant, session, idle_ms=5000, wait_ms=9000)
        assert (quiet["status"], quiet["quiet_ms"] >= 5000) == ("matched", True)


async def test_a_closed_session_ends_the_wait_and_its_recording_is_still_searched(
    running: System,
) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        await assistant.run(session, "echo an old line; echo another", wait_ms=9000)
        async with asyncio.TaskGroup() as tasks:
            waiting = tasks.create_task(waits(assistant, session, text="never printed"))
            await running.until(is_fact("ToolCallCompleted"))
            await assistant.call("close_session", session_id=session)
        gone = waiting.result()
        assert (gone["status"], gone["matched"]) == ("session_closed", False)
        await running.until(is_fact("SessionClosed", session_id=session))
        old = await waits(assistant, session, text="an old line", from_offset=0)
        assert (old["status"], old["untrusted_output"]) == ("matched", {"text": "an old line"})


async def test_a_command_line_is_no_match_but_what_it_prints_is(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        ran = await assistant.run(session, "echo one; sleep 1; echo its marker", wait_ms=0)
        found = await waits(
            assistant, session, text="marker", command_id=ran["command_id"], wait_ms=9000
        )
        assert found.get("untrusted_output") == {"text": "its marker"}, (found, ran)
        again = await waits(assistant, session, text="marker", from_offset=0)
        assert again["untrusted_output"] == {"text": "its marker"}


async def test_a_wait_goes_on_with_the_next_driver(system: System) -> None:
    (driver, *_) = await system.start("session_driver", "safety_reviewer", "mcp_front")
    async with system.client() as assistant:
        session = await assistant.session()
        await assistant.run(session, "sleep 6; echo it outlived the driver", wait_ms=0)
        await system.until(is_fact("ToolCallStarted"))
        async with asyncio.TaskGroup() as tasks:
            waiting = tasks.create_task(waits(assistant, session, text="outlived", wait_ms=40000))
            await driver.kill()
            await system.start("session_driver")
        assert waiting.result()["untrusted_output"] == {"text": "it outlived the driver"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "exactly one of text, pattern and idle_ms, not none"),
        ({"text": "a", "pattern": "b"}, "not text and pattern"),
        ({"text": "a\nb"}, "no line break"),
        ({"idle_ms": 5000, "wait_ms": 1000}, "longer than wait_ms, 1000"),
        ({"pattern": "x(?=y)"}, "invalid perl operator"),
        ({"pattern": "(a"}, "missing )"),
    ],
)
async def test_what_cannot_be_waited_for_is_refused_with_the_reason(
    running: System, given: dict[str, object], said: str
) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        refused = (await waits(assistant, session, **given))["error"]
    assert refused["code"] == "invalid_arguments"
    assert said in refused["message"]
    assert refused["next_step"].startswith("Nothing was waited for.")


async def test_nobody_waits_in_the_sessions_of_others(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        command = (await assistant.run(session, "echo hi"))["command_id"]
    other = running.key_of(f"{running.principal}-other")
    async with running.client(other) as stranger:
        theirs = (await waits(stranger, session, text="hi", from_offset=0))["error"]
        nobodys = (await waits(stranger, "s999", text="hi"))["error"]
        own = await stranger.session()
        foreign = (await waits(stranger, own, text="hi", command_id=command))["error"]
    assert theirs["message"].replace(session, "s999") == nobodys["message"]
    assert {**theirs, "message": ""} == {**nobodys, "message": ""}
    assert foreign["code"] == "unknown_command"
