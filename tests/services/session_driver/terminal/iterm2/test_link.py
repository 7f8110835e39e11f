"""The connection falls, iTerm2 freezes, a driver is killed."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from services.runtime.background import background
from services.session_driver.terminal.capture import Capture
from services.session_driver.terminal.iterm2.adopted import UNTOLD
from services.session_driver.terminal.iterm2.api_session import layout
from services.session_driver.terminal.iterm2.link import Link
from services.session_driver.terminal.iterm2.trouble import (
    ApiOff,
    ITerm2Trouble,
    NoAnswer,
    NoConsent,
    NoSocket,
)
from tests.iterm2_server.server import Options
from tests.support.adoption import adopted, driver, place_of
from tests.support.iterm2 import connected, running_server, until


async def test_a_command_has_its_true_outcome_after_the_connection_fell(adoption):
    assert await adoption.terminal.ready(10)
    run = await adoption.terminal.run(b"echo a; sleep 1; echo b; (exit 5)\r", Capture(b"key"))
    await until(lambda: run.first_offset > 0)
    adoption.server.cut()
    ending = await run.wait(15)
    assert ending is not None
    assert (ending.exit_code, run.capture.excerpt(100).head) == (5, "a\nb\n")


async def test_a_command_that_ended_meanwhile_has_its_true_outcome(adoption):
    assert await adoption.terminal.ready(10)
    adoption.server.script.enabled = False  # nobody comes in again for a while
    run = await adoption.terminal.run(b"sleep 0.3; echo late; (exit 6)\r", Capture(b"key"))
    await until(lambda: run.first_offset > 0)
    adoption.server.cut()
    await until(lambda: adoption.session.variables["lastCommand"] != "" and _idle(adoption))
    adoption.server.script.enabled = True
    ending = await run.wait(45)
    assert ending is not None
    assert (ending.exit_code, run.capture.excerpt(100).head) == (6, "late\n")


async def _reconnected(adoption) -> None:
    """Cut the connection and wait until there is another one."""
    before = adoption.server.clients[0]
    adoption.server.cut()
    await until(lambda: adoption.server.clients[:1] not in ([], [before]))


def _idle(adoption) -> bool:
    return adoption.session.prompts.in_command


async def test_a_fallen_connection_stands_again_within_two_seconds(adoption):
    await adoption.host.catch_up()
    async with asyncio.timeout(2):
        await _reconnected(adoption)
        assert await adoption.host.shown()


async def test_nothing_is_heard_twice_after_a_reconnection(adoption):
    await adoption.output("echo before")
    await _reconnected(adoption)
    heard = []
    adoption.host.on_typed = lambda: heard.append(1)
    assert await adoption.output("echo after") == "after\n"
    adoption.server.human.types(adoption.session, "x")
    await adoption.host.catch_up()
    assert heard == [1]


async def test_a_frozen_iterm2_is_told_within_the_deadline(server):
    async with background() as tasks, connected(server) as other:
        link = Link(place_of(server), tasks, deadline=0.5)
        await layout(link)
        await other_freezes(other)
        with pytest.raises(NoAnswer, match="did not answer"):
            await layout(link)
        link.close()


async def other_freezes(connection) -> None:
    from iterm2 import rpc

    await rpc.async_start_transaction(connection)


async def test_a_session_goes_on_after_a_freeze(adoption):
    assert await adoption.terminal.ready(10)
    async with connected(adoption.server) as other:
        await other_freezes(other)
        with pytest.raises(ITerm2Trouble):
            await adoption.host.write(b"echo frozen\r", timeout=0.3)
    assert await adoption.output("echo thawed") == "thawed\n"


async def test_no_socket_names_the_setting(tmp_path: Path):
    async with running_server(Options(enabled=False)) as server, background() as tasks:
        with pytest.raises(NoSocket, match="General > Magic > Enable Python API"):
            await layout(Link(place_of(server), tasks))


async def test_a_spent_cookie_is_followed_by_a_new_one(server):
    async with background() as tasks:
        link = Link(place_of(server, cookie="0" * 32), tasks)
        assert len((await layout(link)).windows) == 1
        link.close()


@pytest.mark.parametrize(
    ("refusal", "error"), [("enabled", ApiOff), ("consent", NoConsent), ("running", NoSocket)]
)
async def test_a_refused_cookie_says_what_to_do(server, refusal, error):
    setattr(server.script, refusal, False)
    async with background() as tasks:
        with pytest.raises(error):
            await layout(Link(place_of(server, cookie=""), tasks))


async def test_a_question_that_nobody_answers_does_not_stop_the_loop(server):
    server.script.asks = True
    server.human.answers(None)
    async with background() as tasks:
        link = Link(place_of(server, cookie=""), tasks, deadline=0.5)
        with pytest.raises(NoAnswer):
            await layout(link)
        server.human.answers(True)
        await until(lambda: len(server.clients) == 1)
        link.close()


async def test_a_session_whose_iterm2_was_quit_ends_with_it(tmp_path: Path):
    async with AsyncExitStack() as iterm2_runs:
        server = await iterm2_runs.enter_async_context(running_server())
        async with adopted(server, tmp_path) as adoption:
            await adoption.host.catch_up()
            await iterm2_runs.aclose()
            async with asyncio.timeout(10):
                assert await asyncio.shield(adoption.host.exited) == UNTOLD


async def test_a_buried_session_is_still_adopted(adoption):
    adoption.server.app.bury(adoption.session)
    assert await adoption.output("echo buried") == "buried\n"


async def test_where_iterm2_is_away_nothing_is_offered_and_nothing_fails(tmp_path: Path):
    off = Options(enabled=False)
    async with running_server(off) as server, driver(server, tmp_path) as (backend, _):
        assert await backend.panes() == []
