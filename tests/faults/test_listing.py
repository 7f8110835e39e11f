"""Lists of sessions, page by page, while sessions come and go."""

import pytest
from mcp import MCPError

from tests.system import System, is_fact


async def test_a_list_goes_on_where_it_was_when_the_next_session_was_closed(
    running: System,
) -> None:
    async with running.client() as assistant:
        sessions = [await assistant.session() for _ in range(3)]
        first = await assistant.call("list_sessions", limit=1)
        assert first["next_cursor"] == sessions[1]
        await assistant.call("close_session", session_id=sessions[1], mode="force")
        await running.until(is_fact("SessionClosed", session_id=sessions[1]))
        then = await assistant.call("list_sessions", limit=1, cursor=first["next_cursor"])
        assert [each["session_id"] for each in then["sessions"]] == [sessions[2]]
        assert "next_cursor" not in then


async def test_a_cursor_that_no_list_gave_to_this_client_is_refused(running: System) -> None:
    other = running.key_of(f"{running.principal}-other")
    async with running.client() as assistant, running.client(other) as stranger:
        session = await assistant.session()
        answers = [
            await assistant.call("list_sessions", cursor="s0"),
            await stranger.call("list_sessions", cursor=session),
        ]
    assert [answer["error"]["code"] for answer in answers] == ["cursor_expired"] * 2
    assert answers[0]["error"]["next_step"].startswith("Use next_cursor of an earlier answer")


async def test_a_list_of_resources_refuses_such_a_cursor_as_a_wrong_parameter(
    running: System,
) -> None:
    async with running.client() as assistant:
        with pytest.raises(MCPError, match="'s0' is no cursor") as raised:
            await assistant.client.list_resources(cursor="s0")
    assert raised.value.error.code == -32602
