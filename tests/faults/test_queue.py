"""Order, approval and repetition."""

import pytest

from services.contract.approval import DECIDE_BY_CLI, REVIEWER, Decide
from services.runtime.rpc import ask
from tests.system import System, is_fact


async def decided(system: System, approval_id: str, verdict: str) -> None:
    answer = Decide(approval_id=approval_id, verdict=verdict, by="cli:tester", reason="a test")
    await ask(system.log.client, REVIEWER, DECIDE_BY_CLI, answer)


async def test_a_command_that_nobody_knows_waits_and_runs_once_approved(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        asked = await assistant.run(session, "touch -c nothing", wait_ms=0)
        asked = await assistant.call("wait_command", command_id=asked["command_id"], wait_ms=1000)
        assert asked["status"] == "awaiting_approval"
        await decided(running, asked["approval_id"], "grant")
        done = await assistant.call("wait_command", command_id=asked["command_id"], wait_ms=20000)
        assert (done["status"], done["exit_code"]) == ("completed", 0)


async def test_a_denied_command_types_nothing(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        asked = await assistant.run(session, "touch -c nothing", wait_ms=1000)
        await decided(running, asked["approval_id"], "deny")
        denied = await assistant.call("wait_command", command_id=asked["command_id"])
        assert denied["status"] == "denied"
        assert "a test" in denied["hint"] + denied.get("reason", "")
        assert "ToolCallStarted" not in await running.of_call(asked["command_id"])


async def test_an_unanswered_question_expires(system: System) -> None:
    system.settings["EIM_SAFETY_APPROVAL_TIMEOUT"] = "1"
    await system.start("session_driver", "safety_reviewer", "mcp_front")
    async with system.client() as assistant:
        session = await assistant.session()
        asked = await assistant.run(session, "touch -c nothing", wait_ms=10000)
        assert asked["status"] == "expired"
        assert await system.of_call(asked["command_id"]) == [
            "ToolCallRequested", "ApprovalRequested", "ApprovalExpired",
        ]  # fmt: skip


async def test_commands_behind_one_that_waits_are_queued_in_order(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        first = await assistant.run(session, "touch -c nothing", wait_ms=1000)
        second = await assistant.run(session, "echo second", wait_ms=300)
        assert (first["status"], second["status"]) == ("awaiting_approval", "queued")
        await decided(running, first["approval_id"], "grant")
        done = await assistant.call("wait_command", command_id=second["command_id"], wait_ms=20000)
        assert done["untrusted_output"]["head"] == "second\n"
        started = await running.facts(is_fact("ToolCallStarted", session_id=session))
        ids = [recorded.event.call_id for recorded in started]
        assert ids.index(first["command_id"]) < ids.index(second["command_id"])


@pytest.mark.parametrize("begins", ["touch -c nothing", "sleep 30"])
async def test_an_end_by_force_waits_for_nobody_and_what_waited_is_told(
    running: System, begins: str
) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        head = await assistant.run(session, begins, wait_ms=0)
        waits = begins != "sleep 30"
        begun = "ApprovalRequested" if waits else "ToolCallStarted"
        await running.until(is_fact(begun, call_id=head["command_id"]))
        queued = await assistant.run(session, "echo never", wait_ms=0)
        closed = await assistant.call(
            "close_session", session_id=session, mode="force", wait_ms=10000
        )
        assert (closed["status"], closed["closed"]) == ("completed", True)
        assert "command_id" in queued, queued
        ends = [
            await assistant.call("wait_command", command_id=each["command_id"], wait_ms=10000)
            for each in (head, queued)
        ]
    assert ends[0]["status"] == ("withdrawn" if waits else "interrupted"), ends[0]
    # withdrawn where it was just asked about as its session ended
    assert ends[1]["status"] in {"blocked", "rejected", "withdrawn"}, ends[1]
    assert "session" in ends[1]["hint"] + ends[1].get("reason", "")
    assert "ToolCallStarted" not in await running.of_call(queued["command_id"])


async def test_the_same_request_runs_once(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        first = await assistant.run(session, "echo once", request_id="r1")
        again = await assistant.run(session, "echo once", request_id="r1")
        assert again["command_id"] == first["command_id"]
        assert (await running.of_call(first["command_id"])).count("ToolCallStarted") == 1


async def test_the_same_request_with_other_arguments_is_a_conflict(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        await assistant.run(session, "echo once", request_id="r1")
        other = await assistant.run(session, "echo twice", request_id="r1")
        assert other["error"]["code"] == "idempotency_conflict"


async def test_a_client_that_starts_again_gets_no_old_result(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        first = await assistant.run(session, "echo a")
    async with running.client() as assistant:  # its JSON-RPC ids start again
        second = await assistant.run(session, "echo b")
    assert second["command_id"] != first["command_id"]
    assert second["untrusted_output"]["head"] == "b\n"


async def test_another_client_sees_neither_session_nor_command(running: System) -> None:
    other_key = running.key_of(f"{running.principal}-other")
    async with running.client() as owner, running.client(other_key) as other:
        session = await owner.session()
        mine = await owner.run(session, "echo hi")
        theirs = [
            await other.run(session, "echo hi"),
            await other.call("wait_command", command_id=mine["command_id"]),
            await other.call("read_output", command_id=mine["command_id"]),
        ]
        codes = [answer["error"]["code"] for answer in theirs]
        assert codes == ["unknown_session", "unknown_command", "unknown_command"]
        assert (await other.call("list_sessions"))["sessions"] == []


async def test_a_read_only_call_is_on_record_with_its_time_and_its_refusal(
    running: System,
) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        await assistant.call("read_screen", session_id=session)
        await assistant.call("read_screen", session_id="s0")
        served = await running.until(is_fact("ToolCallServed", code="unknown_session"))
        first = await running.until(is_fact("ToolCallServed", session_id=session))
    assert (served.event.session_id, first.event.code) == ("_", "")
    assert first.event.duration_ms > 0


async def test_a_dry_run_of_closing_is_on_record_as_that(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        looked = await assistant.call("close_session", session_id=session, dry_run=True)
        await running.until(is_fact("ToolCallServed", tool="close_session", session_id=session))
        assert "command_id" not in looked
        listed = is_fact("ToolCallServed", tool="list_sessions", principal=running.principal)
        assert await running.facts(listed) == []
