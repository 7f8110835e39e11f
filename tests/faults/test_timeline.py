"""What happened, asked for through the whole system."""

from tests.faults.test_queue import decided
from tests.system import Assistant, Result, System, is_fact

OPENING = [
    "ToolCallRequested", "ToolCallCleared", "ToolCallStarted", "SessionOpened",
    "ToolCallCompleted",
]  # fmt: skip
RUN = ["ToolCallRequested", "ToolCallCleared", "ToolCallStarted", "ToolCallCompleted"]


async def told(assistant: Assistant, **where: object) -> Result:
    return await assistant.call("get_timeline", **where)


def names(page: Result) -> list[str]:
    return [event["event"] for event in page["events"]]


async def test_a_session_and_a_command_are_told_in_order(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        ran = await assistant.run(session, "echo printed by echo")
        await assistant.call("read_screen", session_id=session)
        await running.until(is_fact("ToolCallServed", tool="read_screen"))
        whole = await told(assistant, session_id=session)
        one = await told(assistant, command_id=ran["command_id"])
        assert (names(whole), names(one)) == ([*OPENING, *RUN], RUN)
        assert one["events"] == whole["events"][-4:]
        text = f"{one['events'][0]['seq']}: echo printed by echo"
        assert one["untrusted_output"] == {"text": text}
        printed = ran["untrusted_output"]["total_bytes"]
        end = one["events"][-1]["line"]
        assert end.startswith(f"completed, exit code 0, {printed} bytes printed")


async def test_a_denial_is_told_with_who_and_why(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        asked = await assistant.run(session, "touch -c nothing", wait_ms=1000)
        await decided(running, asked["approval_id"], "deny")
        await running.until(is_fact("ApprovalDenied"))
        page = await told(assistant, command_id=asked["command_id"])
        assert names(page) == ["ToolCallRequested", "ApprovalRequested", "ApprovalDenied"]
        assert page["events"][-1]["line"] == "denied by cli:tester: a test"


async def test_pages_follow_one_another_without_a_gap_or_a_repeat(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        await assistant.run(session, "echo hi")
        whole = await told(assistant)
        pages: list[Result] = [await told(assistant, limit=4)]
        while pages[-1]["more"]:
            after = pages[-1]["next_after_seq"]
            pages.append(await told(assistant, limit=4, after_seq=after))
        assert [event for page in pages for event in page["events"]] == whole["events"]
        assert [len(page["events"]) for page in pages] == [4, 4, 1]
        assert names(whole) == [*OPENING, *RUN]
        again = await told(assistant, after_seq=pages[-1]["next_after_seq"])
        assert (again["events"], again["more"]) == ([], False)


async def test_nobody_reads_what_happened_to_others(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        command = (await assistant.run(session, "echo hi"))["command_id"]
    other = running.key_of(f"{running.principal}-other")
    async with running.client(other) as stranger:
        for where in ({"session_id": session}, {"command_id": command}):
            ((name, real),) = where.items()
            theirs = (await told(stranger, **where))["error"]
            nobodys = (await told(stranger, **{name: "x999"}))["error"]
            assert theirs["message"].replace(real, "x999") == nobodys["message"]
            assert {**theirs, "message": ""} == {**nobodys, "message": ""}
        own = await stranger.session()
        mine = await told(stranger)
        assert {event["session_id"] for event in mine["events"]} == {own}


async def test_looking_back_is_on_record_as_one_read_only_call(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        await told(assistant, session_id=session)
        served = is_fact("ToolCallServed", tool="get_timeline")
        await running.until(served)
        (once,) = await running.facts(served)
        assert (once.event.session_id, once.event.principal) == (session, running.principal)
