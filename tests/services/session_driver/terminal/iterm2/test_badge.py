"""A person sees by a badge which of their panes are recorded."""

import pytest
import pytest_asyncio

from tests.iterm2_server.server import Server
from tests.support.adoption import adopted, driver, first
from tests.support.iterm2 import ready, until


@pytest_asyncio.fixture
async def server(server: Server) -> Server:
    await ready(server)
    return server


@pytest.mark.parametrize(("own", "seen"), [("", "eim"), ("prod", "prod\neim")])
async def test_an_adopted_pane_bears_a_badge_below_the_persons_own_until_it_is_let_go(
    server, tmp_path, own, seen
):
    profile = first(server).profile
    profile["Badge Text"] = own
    async with adopted(server, tmp_path) as adoption:
        assert profile["Badge Text"] == seen
        await adoption.terminal.close()
        assert profile["Badge Text"] == own


async def test_a_badge_that_the_person_changed_meanwhile_is_theirs(server, tmp_path):
    profile = first(server).profile
    async with adopted(server, tmp_path) as adoption:
        profile["Badge Text"] = "mine now"
        await adoption.terminal.close()
    assert profile["Badge Text"] == "mine now"


async def test_the_badge_goes_though_another_driver_had_put_it_there(server, tmp_path):
    profile = first(server).profile
    profile["Badge Text"] = "prod"
    async with adopted(server, tmp_path):
        pass  # leaving is being killed
    assert profile["Badge Text"] == "prod\neim"
    async with driver(server, tmp_path) as (backend, _):
        [host] = await backend.found()
        await host.close()
    assert profile["Badge Text"] == "prod"


async def test_the_badge_goes_with_the_shell_where_the_pane_stays(server, tmp_path):
    session = first(server)
    session.profile["Close Sessions On End"] = False
    async with adopted(server, tmp_path) as adoption:
        server.human.types(session, "exit\r")
        await until(adoption.terminal.exited.done)
    assert session.profile["Badge Text"] == ""
