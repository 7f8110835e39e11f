"""open_session with a placement, through the whole system and iTerm2's own protocol."""

from collections.abc import AsyncIterator

import pytest

from tests.conftest import Broker
from tests.iterm2_server.server import Options, Server
from tests.support.iterm2 import running_server
from tests.system import System, system_on

SERVICES = ("session_driver", "safety_reviewer", "mcp_front")


@pytest.fixture
async def system(own_broker: Broker) -> AsyncIterator[System]:
    async with system_on(own_broker) as one:
        yield one


async def begun(system: System, server: Server) -> None:
    """Start everything beside this iTerm2."""
    system.settings = {**server.environment(), "EIM_TERMINAL_ITERM2": "on"}
    await system.start(*SERVICES)


async def test_a_session_is_opened_and_a_tab_of_iterm2_attaches_to_it(system):
    async with running_server() as server:
        await begun(system, server)
        async with system.client() as assistant:
            answer = await assistant.call("open_session", name="build", placement="tab")
            (window,) = server.app.windows
            shown = window.tabs[1].sessions()[0]
            words = str(shown.profile["Command"]).split()
            assert (answer["status"], answer.get("hint", "")) == ("completed", "")
            assert words[-2:] == ["attach", answer["session_id"]]
            assert f"EIM_HOME={system.broker.home.root}" in words
            assert shown.title == "build"


async def test_a_session_that_cannot_be_shown_is_open_and_says_how_it_is_seen(system):
    async with running_server(Options(enabled=False)) as server:
        await begun(system, server)
        async with system.client() as assistant:
            answer = await assistant.call("open_session", placement="window")
            assert answer["status"] == "completed"
            assert "Enable Python API" in answer["hint"]
            assert f"eim attach {answer['session_id']}" in answer["hint"]


async def test_where_no_iterm2_can_be_a_placement_is_refused_and_nothing_is_opened(system):
    system.settings = {"EIM_TERMINAL_ITERM2": "off"}
    await system.start(*SERVICES)
    async with system.client() as assistant:
        answer = await assistant.call("open_session", placement="window")
        found = await assistant.call("list_sessions")
        assert (answer["status"], answer["code"]) == ("failed", "unsupported_placement")
        assert answer["hint"].startswith("No session was opened.")
        assert found["sessions"] == []
