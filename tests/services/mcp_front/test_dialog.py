"""What counts as an answer of a client's user, and which clients can be asked."""

import pytest
from mcp import Client
from mcp.types import ElicitResult

from services.mcp_front.dialog import said
from services.mcp_front.identity import always
from services.mcp_front.ports import Caller
from services.mcp_front.server import build_server
from tests.services.mcp_front.recording_front import RecordingFront

ERAS = pytest.mark.parametrize("era", ["auto", "legacy"])


def accepted(**content):
    return ElicitResult(action="accept", content=content)


@pytest.mark.pure
@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (accepted(approve=True), "yes"),
        (accepted(approve=False), "no"),
        (ElicitResult(action="decline"), "no"),
        (ElicitResult(action="decline", content={"approve": True}), "no"),
        (ElicitResult(action="cancel"), "nothing"),
        (ElicitResult(action="cancel", content={"approve": True}), "nothing"),
        (accepted(), "nothing"),
        (accepted(approve="true"), "nothing"),
        (accepted(approve=1), "nothing"),
        (accepted(yes=True), "nothing"),
        (ElicitResult(action="accept"), "nothing"),
        (None, "nothing"),
    ],
)
def test_only_a_clear_yes_is_one(answer, meaning):
    assert said(answer) == meaning


async def nobody(*_):
    raise AssertionError("nobody is asked here")


async def user_of(era, **client):
    front = RecordingFront()
    server = build_server(front, always(Caller(principal="local")), "1.2.3")
    async with Client(server, mode=era, **client) as asking:
        await asking.call_tool("run_command", {"session_id": "s1", "command": "ls"})
    return front.asked[-1][0].user


@ERAS
async def test_a_client_that_shows_forms_can_be_asked(era):
    assert await user_of(era, elicitation_callback=nobody)


@ERAS
async def test_a_client_that_declares_nothing_is_not_asked(era):
    assert await user_of(era) is None
