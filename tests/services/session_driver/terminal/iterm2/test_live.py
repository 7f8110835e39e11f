"""What a review is told of an adopted session."""

import pytest

from services.session_driver.live import Live
from tests.support.iterm2 import connected, until
from tests.support.iterm2 import shown as printed_on


@pytest.fixture
async def live(adoption) -> Live:
    assert await adoption.terminal.ready(10)
    return Live(adoption.terminal)


async def test_an_idle_prompt_with_an_empty_line_is_told_so(live):
    context = await live.settled()
    assert (context.prompt, context.line, context.integration) == ("idle", "", "full")


async def test_a_line_that_a_person_has_begun_is_seen_at_once(adoption, live):
    adoption.server.human.types(adoption.session, "rm -rf ~")
    await until(lambda: "rm -rf ~" in printed_on(adoption.session))
    assert (await live.settled()).line == "(not empty)"


async def test_what_cannot_be_read_just_now_is_not_called_an_empty_line(adoption, live):
    async with connected(adoption.server) as other:
        from iterm2 import rpc

        await rpc.async_start_transaction(other)
        context = await live.settled()
    assert (context.prompt, context.line) == ("unknown", "(not known)")
