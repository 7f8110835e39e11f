"""Calls over the protocol, in both eras, against a front that only records them."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

import pytest
from mcp import Client
from mcp.types import CallToolResult

from events.actions import CloseSession, OpenSession, RunCommand, SendKeys, SendText
from events.lifecycle import State
from services.mcp_front.identity import always
from services.mcp_front.ports import SCOPES, Caller, Submission
from services.mcp_front.refusals import Refusal
from services.mcp_front.server import INSTRUCTIONS, build_server
from services.mcp_front.tools import TOOLS
from services.mcp_front.views import CallView, OutputQuery, SessionPage, SessionQuery, SessionView
from tests.services.mcp_front.recording_front import RecordingFront

ANN = Caller(principal="ann")
eras = pytest.mark.parametrize("era", ["auto", "legacy"])


@asynccontextmanager
async def connected(
    front: RecordingFront, era: str = "auto", caller: Caller = ANN
) -> AsyncIterator[Client]:
    server = build_server(front, always(caller), "1.2.3")
    async with Client(server, mode=era) as client:  # pyright: ignore[reportArgumentType]
        yield client


async def called(front: RecordingFront, tool: str, **arguments: object) -> CallToolResult:
    async with connected(front) as client:
        return await client.call_tool(tool, arguments)


@eras
async def test_a_client_learns_the_tools_and_the_instructions(era: str) -> None:
    async with connected(RecordingFront(), era) as client:
        listed = await client.list_tools()
        assert [tool.name for tool in listed.tools] == [tool.name for tool in TOOLS]
        assert client.instructions == INSTRUCTIONS
        assert client.server_info.version == "1.2.3"


@eras
async def test_a_command_reaches_the_front_with_its_proven_caller(era: str) -> None:
    front = RecordingFront()
    async with connected(front, era) as client:
        result = await client.call_tool(
            "run_command",
            {
                "session_id": "s1",
                "command": "ls",
                "reason": "look",
                "request_id": "r1",
                "session_epoch": "e1",
            },
        )
    caller, *rest = front.asked[0]
    assert (caller.principal, caller.client) == ("ann", "mcp")
    expected = Submission(request_id="r1", epoch="e1", reason="look", wait_ms=10_000)
    assert rest == ["s1", RunCommand(command="ls"), expected]
    assert result.structured_content["status"] == "running"


@pytest.mark.parametrize(
    ("tool", "arguments", "action"),
    [
        ("send_text", {"text": "y", "submit": True}, SendText(text="y", submit=True)),
        ("send_keys", {"keys": ["esc", "up"]}, SendKeys(keys=("esc", "up"))),
        ("close_session", {"mode": "force"}, CloseSession(mode="force")),
        (
            "run_command",
            {"command": "ls", "timeout_ms": 5, "max_output_chars": 999_999},
            RunCommand(command="ls", timeout_ms=5, max_output_chars=50_000),
        ),
    ],
)
async def test_each_writing_tool_submits_its_action(
    tool: str, arguments: dict[str, object], action: object
) -> None:
    front = RecordingFront()
    await called(front, tool, session_id="s1", **arguments)
    assert front.asked[0][1:3] == ("s1", action)


async def test_a_new_session_has_no_id_yet() -> None:
    front = RecordingFront()
    await called(front, "open_session", name="build", env={"A": "1"})
    assert front.asked[0][1:3] == ("", OpenSession(name="build", env={"A": "1"}))


@pytest.mark.parametrize("tool", ["run_command", "wait_command"])
async def test_no_wait_is_longer_than_clients_have_patience(tool: str) -> None:
    front = RecordingFront()
    target = (
        {"command_id": "c1"} if tool == "wait_command" else {"session_id": "s1", "command": "l"}
    )
    await called(front, tool, wait_ms=600_000, **target)
    waited = front.asked[0][-1]
    assert getattr(waited, "wait_ms", waited) == 45_000


@pytest.mark.parametrize(
    ("tool", "arguments", "code"),
    [
        ("approve", {}, "unknown_tool"),
        ("run_command", {"session_id": "s1", "cmd": "ls"}, "unknown_argument"),
        ("run_command", {"session_id": "s1"}, "invalid_arguments"),
        ("run_command", {"session_id": "s1", "command": "a\x1bb"}, "control_characters"),
        ("run_command", {"session_id": "s1", "command": "a" * 20_000}, "command_too_long"),
        ("run_command", {"session_id": "s1", "command": "  \t "}, "invalid_arguments"),
        ("check_command", {"session_id": "s1", "command": "a\x1bb"}, "control_characters"),
        ("check_command", {"session_id": "s1", "command": " "}, "invalid_arguments"),
        ("check_command", {"session_id": "s1", "command": ""}, "invalid_arguments"),
        ("check_command", {"command": "ls"}, "invalid_arguments"),
        ("send_text", {"session_id": "s1", "text": "a\u202eb"}, "control_characters"),
        ("send_keys", {"session_id": "s1", "keys": ["any"]}, "invalid_arguments"),
        ("open_session", {"env": {f"A{n}": "1" for n in range(3000)}}, "invalid_arguments"),
        ("open_session", {"cwd": "/" + "x" * 20_000}, "invalid_arguments"),
        ("read_output", {"command_id": "c1", "session_id": "s1"}, "invalid_arguments"),
        ("get_timeline", {"command_id": "c1", "session_id": "s1"}, "invalid_arguments"),
        ("get_timeline", {"limit": 201}, "invalid_arguments"),
        ("get_timeline", {"session_id": "*"}, "invalid_arguments"),
        ("list_sessions", {"session_id": "s9"}, "unknown_session"),
        ("close_session", {"session_id": "s9", "dry_run": True}, "unknown_session"),
    ],
)
async def test_what_cannot_be_taken_is_refused_with_a_stable_code_and_changes_nothing(
    tool: str, arguments: dict[str, object], code: str
) -> None:
    front = RecordingFront()
    result = await called(front, tool, **arguments)
    assert (result.is_error, result.structured_content["error"]["code"]) == (True, code)
    assert [asked for asked in front.asked if not isinstance(asked[-1], SessionQuery)] == []


async def test_a_tool_that_does_not_exist_is_refused_with_those_that_do() -> None:
    error = (await called(RecordingFront(), "shell")).structured_content["error"]
    assert error["valid_values"] == [tool.name for tool in TOOLS]
    assert error["next_step"].startswith("Nothing was done. Call one of these;")


@pytest.mark.parametrize(
    ("state", "is_error"),
    [(State.AWAITING_APPROVAL, False), (State.DENIED, True), (State.UNKNOWN, True)],
)
async def test_waiting_is_no_error_on_the_wire_and_a_refusal_is(
    state: State, is_error: bool
) -> None:
    front = RecordingFront()
    front.call = lambda: CallView(call_id="c1", session_id="s1", tool="run_command", state=state)
    result = await called(front, "run_command", session_id="s1", command="ls")
    assert result.is_error is is_error


async def test_a_refusal_of_the_front_reaches_the_client_in_its_own_words() -> None:
    def full() -> CallView:
        raise Refusal("log_full", "The log is full. Nothing was typed.", next_step="Tell the user.")

    front = RecordingFront()
    front.call = full
    result = await called(front, "run_command", session_id="s1", command="ls")
    assert result.is_error
    assert result.structured_content["error"]["message"] == "The log is full. Nothing was typed."


async def test_a_mistake_of_ours_is_logged_and_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> CallView:
        raise KeyError("inner detail")

    front = RecordingFront()
    front.call = broken
    with caplog.at_level(logging.ERROR):
        result = await called(front, "wait_command", command_id="c1")
    assert result.structured_content["error"]["code"] == "internal_error"
    assert "inner detail" not in result.content[0].text
    assert "inner detail" in caplog.text


async def test_a_client_sees_and_reaches_only_the_tools_of_its_scopes() -> None:
    reader = Caller(principal="bob", scopes=("terminal:read",))
    front = RecordingFront()
    async with connected(front, caller=reader) as client:
        names = {tool.name for tool in (await client.list_tools()).tools}
        result = await client.call_tool("run_command", {"session_id": "s1", "command": "ls"})
    assert names == {
        "list_sessions", "check_command", "wait_command", "wait_for", "read_screen",
        "read_output", "get_timeline",
    }  # fmt: skip
    assert result.structured_content["error"]["code"] == "missing_scope"
    assert front.asked == []


def test_every_scope_of_a_tool_can_be_given_to_a_client() -> None:
    assert {tool.scope for tool in TOOLS} <= set(SCOPES)


async def test_reading_asks_for_the_page_that_was_asked_for() -> None:
    front = RecordingFront()
    front.text = "a\x1b[1mb"
    result = await called(front, "read_output", command_id="c1", tail=5, max_chars=10**6)
    assert front.asked[0][1] == OutputQuery(call_id="c1", tail=5, max_chars=50_000)
    assert result.structured_content["untrusted_output"] == {"text": "a<U+001B>[1mb"}


async def test_a_screen_keeps_its_colours_only_on_request() -> None:
    front = RecordingFront()
    front.text = "\x1b[1mb\x07"
    plain = await called(front, "read_screen", session_id="s1")
    ansi = await called(front, "read_screen", session_id="s1", format="ansi")
    assert plain.structured_content["untrusted_output"]["text"] == "<U+001B>[1mb<U+0007>"
    assert ansi.structured_content["untrusted_output"]["text"] == "\x1b[1mb<U+0007>"


async def test_a_dry_run_of_closing_names_what_stands_in_the_way() -> None:
    front = RecordingFront()
    busy = SessionView(
        session_id="s1", running_command_id="c7", queued=2, control="human", foreground="vim"
    )
    front.page = SessionPage(sessions=(busy,))
    result = await called(front, "close_session", session_id="s1", dry_run=True)
    assert result.structured_content["blockers"] == [
        "command c7 is running",
        "2 calls are not done",
        "a person has the keyboard",
        "the prompt is unknown: vim",
    ]
    assert result.structured_content["closed"] is False
    assert "command_id" not in result.structured_content
    assert front.asked[0][1].tool == "close_session"


@pytest.mark.parametrize(
    ("state", "hint"),
    [("open", "if_idle would close it."), ("closed", "The session has ended already.")],
)
async def test_a_dry_run_with_nothing_in_the_way_says_what_closing_would_do(
    state: Literal["open", "closed"], hint: str
) -> None:
    front = RecordingFront()
    front.page = SessionPage(sessions=(SessionView(session_id="s1", state=state, prompt="idle"),))
    result = await called(front, "close_session", session_id="s1", dry_run=True)
    assert result.structured_content["hint"] == f"This was a dry run. {hint}"


@pytest.mark.parametrize(
    ("state", "closed"), [(State.COMPLETED, True), (State.AWAITING_APPROVAL, False)]
)
async def test_closed_is_said_only_of_a_session_that_is(state: State, closed: bool) -> None:
    front = RecordingFront()
    front.call = lambda: CallView(call_id="c1", session_id="s1", tool="close_session", state=state)
    result = await called(front, "close_session", session_id="s1")
    assert result.structured_content["closed"] is closed


async def test_an_interrupt_that_did_not_stop_the_command_says_so() -> None:
    result = await called(RecordingFront(), "interrupt_command", command_id="c1")
    assert result.structured_content["stopped"] is False
    assert result.structured_content["hint"].startswith("It was sent the key and still runs.")


async def test_a_call_that_was_taken_back_is_no_error_and_promises_no_output() -> None:
    front = RecordingFront()
    front.call = lambda: CallView(
        call_id="c1", session_id="s1", tool="run_command", state=State.WITHDRAWN
    )
    result = await called(front, "interrupt_command", command_id="c1")
    assert not result.is_error
    assert result.structured_content["hint"] == (
        "It was taken back before it started. Nothing has run."
    )


@pytest.mark.parametrize(
    ("tool", "arguments", "size"),
    [
        ("send_text", {"text": "äb"}, 3),
        ("send_text", {"text": "äb", "submit": True}, 4),
        ("send_keys", {"keys": ["up", "enter"]}, 4),
    ],
)
async def test_input_is_counted_once_it_was_typed(tool: str, arguments, size: int) -> None:
    front = RecordingFront()
    waiting = await called(front, tool, session_id="s1", **arguments)
    front.call = lambda: CallView(call_id="c1", session_id="s1", tool=tool, state=State.COMPLETED)
    typed = await called(front, tool, session_id="s1", **arguments)
    counts = [r.structured_content.get("sent_bytes", 0) for r in (waiting, typed)]
    assert counts == [0, size]
