"""What clients send and programs do, at its worst."""

import asyncio

import psutil
import pytest

from tests.faults.test_queue import decided
from tests.system import Assistant, System, is_fact


async def test_a_command_answers_with_its_own_output_and_exit_code(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        first = await assistant.run(session, "echo one")
        second = await assistant.run(session, "false")
        assert (first["untrusted_output"]["head"], first["exit_code"]) == ("one\n", 0)
        assert (second["untrusted_output"].get("head", ""), second["exit_code"]) == ("", 1)


async def test_two_sessions_run_side_by_side(running: System) -> None:
    async with running.client() as assistant:
        sessions = [await assistant.session(), await assistant.session()]
        results = await asyncio.gather(*(assistant.run(s, f"echo {s}") for s in sessions))
        assert [r["untrusted_output"]["head"] for r in results] == [f"{s}\n" for s in sessions]


async def test_what_does_not_exist_is_refused_by_name(running: System) -> None:
    async with running.client() as assistant:
        answers = [
            await assistant.run("s0", "echo hi"),
            await assistant.call("wait_command", command_id="c0"),
            await assistant.call("read_screen", session_id="s-0"),
            await assistant.call("read_output", command_id="c0"),
            await assistant.call("interrupt_command", command_id="c0"),
        ]
        codes = [answer["error"]["code"] for answer in answers]
        assert codes == [
            "unknown_session", "unknown_command", "unknown_session", "unknown_command",
            "unknown_command",
        ]  # fmt: skip


async def test_a_shell_that_is_not_here_is_refused_before_anybody_is_asked(running: System) -> None:
    async with running.client() as assistant:
        refused = (await assistant.call("open_session", shell="foo"))["error"]
        assert refused["code"] == "no_such_shell"
        assert {"bash", "sh"} <= set(refused["valid_values"])
        assert await running.facts(is_fact("ToolCallRequested")) == []


@pytest.mark.parametrize("cwd", ["/does/not/exist", "does/not/exist", "~/does/not/exist"])
async def test_a_session_that_was_not_opened_has_no_name_to_look_at(
    running: System, cwd: str
) -> None:
    async with running.client() as assistant:
        answer = await assistant.call("open_session", cwd=cwd, wait_ms=10000)
    assert (answer["status"], answer["code"]) == ("failed", "no_such_directory")
    assert "Give as cwd the full path" in answer["hint"]
    assert "session_id" not in answer


async def test_a_stale_epoch_types_nothing(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        answer = await assistant.run(session, "echo hi", session_epoch="0123456789abcdef")
        assert answer["error"]["code"] == "stale_epoch"
        started = await running.facts(is_fact("ToolCallStarted", session_id=session))
        assert len(started) == 1  # the opening


async def test_a_command_of_a_megabyte_is_refused(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        answer = await assistant.run(session, "echo " + "x" * 1_000_000)
        assert answer["error"]["code"] == "command_too_long"


@pytest.mark.parametrize("hidden", ["\r", "\x1b[A", "\x03", "\u202e", "\u200b"])
async def test_hidden_characters_type_nothing(running: System, hidden: str) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        answer = await assistant.run(session, f"echo hi{hidden}rm -rf x")
        code = answer["error"]["code"] if "error" in answer else answer["status"]
        assert code in {"control_characters", "blocked"}
        started = await running.facts(is_fact("ToolCallStarted", session_id=session))
        assert len(started) == 1  # the opening


async def test_our_own_commands_are_blocked(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        home = running.broker.home.root
        for command in ("eim approve ap1", f"cat {home}/keys/operator.nk", "nats stream ls"):
            assert (await assistant.run(session, command))["status"] == "blocked"


async def test_a_hundred_megabytes_are_counted_exactly_in_bounded_memory(running: System) -> None:
    driver = psutil.Process(running.services[0].process.pid)
    async with running.client() as assistant:
        session = await assistant.session()
        before = driver.memory_info().rss
        command = "seq 1 12000000"
        result = await assistant.run(session, command, wait_ms=45000)
        while result["status"] == "running":
            result = await assistant.call(
                "wait_command", command_id=result["command_id"], wait_ms=45000
            )
        output = result["untrusted_output"]
        assert result["exit_code"] == 0
        assert output["total_lines"] == 12_000_000
        assert output["total_bytes"] == 84_888_897 + 2 * 12_000_000  # digits, CR and LF
        shown = output["head"].count("\n") + output["tail"].count("\n")
        assert output["omitted_lines"] == 12_000_000 - shown
        assert driver.memory_info().rss - before < 80 * 2**20
        gap = await running.until(is_fact("RecordingGapped", session_id=session))
        assert output["total_bytes"] - gap.event.bytes == pytest.approx(16 * 2**20, abs=4096)


async def test_endless_output_stays_in_bounded_memory_and_is_interrupted(running: System) -> None:
    driver = psutil.Process(running.services[0].process.pid)
    async with running.client() as assistant:
        session = await assistant.session()
        before = driver.memory_info().rss
        begun = await granted(running, assistant, session, "touch -c x; yes")
        result = await assistant.call("wait_command", command_id=begun, wait_ms=3000)
        assert result["status"] == "running"
        stopped = await assistant.call("interrupt_command", command_id=begun)
        assert stopped["stopped"]
        ended = await assistant.call("wait_command", command_id=begun, wait_ms=20000)
        assert (ended["status"], ended["exit_code"]) == ("interrupted", 130)
        assert ended["untrusted_output"]["total_lines"] > 100_000
        assert driver.memory_info().rss - before < 80 * 2**20
        assert (await assistant.run(session, "echo still here"))["exit_code"] == 0


async def test_a_command_that_reads_waits_for_input(running: System) -> None:
    asks = "touch -c x; bash -c 'read -p \"Name? \" name; echo hi $name'"
    async with running.client() as assistant:
        session = await assistant.session()
        begun = await granted(running, assistant, session, asks)
        waits = await assistant.call("wait_command", command_id=begun, wait_ms=1500)
        assert waits["status"] == "awaiting_input"
        text = {"session_id": session, "text": "Ada", "submit": True}
        answer = await assistant.call("send_text", wait_ms=1000, **text)
        await decided(running, answer["approval_id"], "grant")
        ended = await assistant.call("wait_command", command_id=begun, wait_ms=10000)
        assert (ended["status"], ended["exit_code"]) == ("completed", 0)
        assert ended["untrusted_output"]["head"] == "Name? Ada\nhi Ada\n"


async def granted(running: System, assistant: Assistant, session: str, command: str) -> str:
    """Have a person allow a command; return its id once it runs."""
    asked = await assistant.run(session, command, wait_ms=1000)
    await decided(running, asked["approval_id"], "grant")
    await running.until(is_fact("ToolCallStarted", call_id=asked["command_id"]))
    return asked["command_id"]


async def test_a_closed_session_takes_no_more_commands(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        closed = await assistant.call("close_session", session_id=session)
        assert "error" not in closed, closed
        await running.until(is_fact("SessionClosed", session_id=session))
        answer = await assistant.run(session, "echo hi")
        assert answer["error"]["code"] == "session_closed"


async def test_a_result_says_what_was_found_and_who_was_asked_also_after_a_restart(
    alone: System,
) -> None:
    async with alone.client() as assistant:
        session = await assistant.session()
        safe = await assistant.run(session, "ls /dev/null")
        asked = await granted(alone, assistant, session, "touch -c nothing")
        first = await assistant.call("wait_command", command_id=asked, wait_ms=10000)
        assert safe["decision"] == {"tier": "safe", "summary": "ls lists files"}
        assert (first["status"], first["decision"]["tier"]) == ("completed", "review")
        assert first["approval_id"].startswith("ap")
    await alone.services[-1].stop()
    await alone.start("mcp_front")
    async with alone.client() as assistant:
        assert await assistant.call("wait_command", command_id=asked) == first
