"""What a client reads about a command that it only asks about."""

import pytest
from mcp.types import CallToolResult
from msgspec.structs import replace

from events.actions import RunCommand
from events.review import Context, Decision, Finding
from tests.services.mcp_front.recording_front import CHECKED, RecordingFront
from tests.services.mcp_front.test_server import called

RULE = Finding(rule="effects", text="It is not known what make does.")
RISKY = Decision(
    tier="review", summary="runs make", findings=(RULE,), policy_version="v1", engine="test"
)


async def checked(**changes: object) -> CallToolResult:
    front = RecordingFront()
    front.checked = replace(CHECKED, **changes)
    return await called(front, "check_command", session_id="s1", command="make")


async def test_a_check_submits_nothing_and_asks_about_exactly_this_command() -> None:
    front = RecordingFront()
    await called(front, "check_command", session_id="s1", command="  ls\t-l ")
    assert [asked[1:] for asked in front.asked] == [("s1", RunCommand(command="  ls\t-l "))]


async def test_a_check_says_why_a_person_would_be_asked() -> None:
    result = await checked(would="wait_for_approval", decision=RISKY, epoch="e1", seq=7)
    assert not result.is_error
    hint = result.structured_content.pop("hint")
    assert result.structured_content == {
        "would": "wait_for_approval",
        "session_id": "s1",
        "session_epoch": "e1",
        "seq": 7,
        "decision": {
            "tier": "review",
            "summary": "runs make",
            "rules": ["effects: It is not known what make does."],
            "policy_version": "v1",
        },
        "context": {"prompt": "idle"},
    }
    assert hint.startswith("A person would have to approve it. Nobody was asked")


@pytest.mark.parametrize("would", ["run", "wait_for_approval", "be_blocked"])
async def test_every_answer_says_that_it_holds_only_for_now(would: str) -> None:
    result = await checked(would=would)
    assert (
        "Nothing was typed. This holds only for the session as it is now"
        in (result.structured_content["hint"])
    )
    assert f"would: {would}\n" in result.content[0].text


async def test_a_command_that_would_be_blocked_is_an_answer_and_no_error() -> None:
    result = await checked(would="be_blocked", code="blocked")
    assert (result.is_error, result.structured_content["code"]) == (False, "blocked")
    assert "nobody can approve it" in result.structured_content["hint"]


async def test_what_comes_first_is_counted() -> None:
    hint = (await checked(queued_behind=2)).structured_content["hint"]
    assert "Calls that come first: 2." in hint


async def test_what_a_program_set_stays_on_one_line() -> None:
    context = Context(session_id="s1", cwd="/a\nstatus: completed", foreground="\x1b[1mvim")
    result = await checked(context=context)
    assert result.structured_content["context"] == {
        "cwd": "/a status: completed",
        "foreground_job": "<U+001B>[1mvim",
    }
