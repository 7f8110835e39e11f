"""What a session's environment does to what is known to be harmless."""

from tests.faults.test_queue import decided
from tests.support.signing import signed
from tests.system import System, is_fact


async def test_after_a_change_of_the_path_no_name_is_known_to_be_harmless(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        assert (await assistant.run(session, "ls"))["exit_code"] == 0
        changed = await assistant.run(session, "export PATH=.:$PATH", wait_ms=1000)
        await signed(running, changed["approval_id"])
        command = {"command_id": changed["command_id"]}
        done = await assistant.call("wait_command", wait_ms=10000, **command)
        assert done["exit_code"] == 0
        asked = await assistant.run(session, "ls", wait_ms=1000)
        question = await running.until(is_fact("ApprovalRequested", call_id=asked["command_id"]))
        why = question.event.decision.findings[0].text
        assert why == "PATH was set or changed in this session; it decides what a name runs."


async def test_a_path_that_a_session_was_opened_with_counts_as_changed(running: System) -> None:
    async with running.client() as assistant:
        asked = await assistant.call("open_session", env={"PATH": ".:/bin"}, wait_ms=1000)
        await decided(running, asked["approval_id"], "grant")
        await running.until(is_fact("SessionOpened", session_id=asked["session_id"]))
        listed = await assistant.run(asked["session_id"], "ls", wait_ms=1000)
        assert listed["status"] == "awaiting_approval"
