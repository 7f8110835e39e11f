"""Many sessions at once, and many lines: each has its own, and nothing is missing."""

import asyncio

import pytest

from tests.system import Assistant, Result, System

MOST, TOGETHER = 50, 10
LINES = 20_000


@pytest.fixture(params=["pty", "tmux"])
def backend(request: pytest.FixtureRequest) -> str:
    return request.param


async def test_fifty_sessions_work_at_once_and_one_more_is_refused(
    alone: System, backend: str
) -> None:
    async with alone.client() as assistant:
        sessions: list[str] = []
        for _ in range(0, MOST, TOGETHER):  # a shell has ten seconds for its first prompt
            some = (opened(assistant, backend) for _ in range(TOGETHER))
            sessions += await asyncio.gather(*some)
        assert len(set(sessions)) == MOST
        refused = (await assistant.call("open_session", backend=backend))["error"]
        assert refused["code"] == "too_many_requests"
        assert "close_session" in refused["next_step"]
        done = await asyncio.gather(*(listed(assistant, each) for each in sessions))
        assert [str(one) for one in done if one.get("exit_code") != 2] == []
        assert [(one["exit_code"], head(one)) for one in done] == [
            (2, f"{each}\n") for each in sessions
        ]
        await assistant.call("close_session", session_id=sessions[0], wait_ms=45000)
        assert await opened(assistant, backend)


async def opened(assistant: Assistant, backend: str) -> str:
    answer = await assistant.call("open_session", backend=backend, wait_ms=45000)
    assert answer["status"] == "completed", str(answer)
    return answer["session_id"]


async def listed(assistant: Assistant, session: str) -> Result:
    """Run what prints the session's own name and then fails; a busy machine may take long."""
    command = f"echo {session}; ls /no/such 2>/dev/null"
    answer = await assistant.run(session, command, wait_ms=45000)
    if answer["status"] in {"queued", "running"}:
        answer = await assistant.call(
            "wait_command", command_id=answer["command_id"], wait_ms=45000
        )
    return answer


def head(answer: Result) -> str:
    return answer["untrusted_output"]["head"]


async def test_each_of_twenty_thousand_lines_is_found_by_its_cursor(
    running: System, backend: str
) -> None:
    async with running.client() as assistant:
        session = await assistant.session(backend=backend)
        done = await assistant.run(session, f"seq 1 {LINES}")
        output = done["untrusted_output"]
        assert (output["total_lines"], output["total_bytes"]) == (LINES, 108_894 + LINES)
        text, cursor, pages = "", "", 0
        while pages < 100:
            page = await assistant.call(
                "read_output", command_id=done["command_id"], cursor=cursor, max_chars=10_000
            )
            pages += 1
            text += page["untrusted_output"]["text"]
            if page["eof"]:
                break
            cursor = page["next_cursor"]
        assert text == "".join(f"{number}\n" for number in range(1, LINES + 1))
        assert pages > 5
