"""What calls do on every host of terminals; on iTerm2 in a session that a person let us adopt."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio

from tests.faults.conftest import ALL
from tests.faults.test_iterm2 import adopted
from tests.iterm2_server.server import Options, Server
from tests.support.iterm2 import ready, running_server
from tests.system import Assistant, System, is_fact

LINES = 20_000


@pytest.fixture(params=["pty", "tmux", "iterm2"])
def host(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest_asyncio.fixture
async def iterm2(system: System, host: str) -> AsyncIterator[Server | None]:
    """The iTerm2 of a person whose scrollback is unlimited, where that is the host."""
    async with AsyncExitStack() as stack:
        if host != "iterm2":
            yield None
            return
        server = await stack.enter_async_context(running_server(Options(windows=0)))
        profile = server.world.profiles.copy("", {"Unlimited Scrollback": True})
        assert profile
        server.world.desk.open_window(profile)
        path = f"{server.place.home}/bin:{os.environ['PATH']}"
        system.settings |= {"EIM_TERMINAL_ITERM2": "on", **server.environment(), "PATH": path}
        yield server


class Hosted:
    """The whole system beside one host."""

    def __init__(self, system: System, host: str, iterm2: Server | None) -> None:
        self.system = system
        self._host = host
        self._iterm2 = iterm2

    async def opened(self, assistant: Assistant, **arguments: str) -> str:
        """Open a session on the host, or adopt one."""
        if self._iterm2 is None:
            return await assistant.session(backend=self._host, **arguments)
        return await adopted(self.system, assistant, await ready(self._iterm2))


@pytest_asyncio.fixture
async def hosted(system: System, host: str, iterm2: Server | None) -> Hosted:
    await system.start(*ALL)
    return Hosted(system, host, iterm2)


async def test_three_commands_sent_at_once_have_each_exactly_their_own_output(
    hosted: Hosted,
) -> None:
    async with hosted.system.client() as assistant:
        session = await hosted.opened(assistant)
        words = ("one", "two", "three")
        asked = (assistant.run(session, f"echo {word}; echo {word}") for word in words)
        ended = await asyncio.gather(*asked)
        told = [(each["exit_code"], each["untrusted_output"]["head"]) for each in ended]
        assert told == [(0, f"{word}\n{word}\n") for word in words]


async def test_several_lines_are_refused_where_no_bracketed_paste_is_on(hosted: Hosted) -> None:
    async with hosted.system.client() as assistant:
        session = await hosted.opened(assistant, shell="sh")
        command_id = (await assistant.run(session, "echo a\necho b"))["command_id"]
        facts = hosted.system.facts
        [refused] = await facts(is_fact("ToolCallRefused", call_id=command_id))
        assert refused.event.code == "multiline_needs_bracketed_paste"
        assert not await facts(is_fact("ToolCallStarted", call_id=command_id))


async def test_each_of_twenty_thousand_lines_is_found_by_its_cursor(hosted: Hosted) -> None:
    async with hosted.system.client() as assistant:
        session = await hosted.opened(assistant)
        done = await assistant.run(session, f"seq 1 {LINES}", wait_ms=45_000)
        assert done["untrusted_output"]["total_lines"] == LINES, done
        text = await everything(assistant, done["command_id"])
        assert text == "".join(f"{number}\n" for number in range(1, LINES + 1))


async def everything(assistant: Assistant, command_id: str) -> str:
    """Read an output page by page."""
    text, cursor = "", ""
    for _ in range(100):
        page = await assistant.call(
            "read_output", command_id=command_id, cursor=cursor, max_chars=10_000
        )
        text += page["untrusted_output"]["text"]
        if page["eof"]:
            return text
        cursor = page["next_cursor"]
    raise AssertionError(f"there is no end: {text[-100:]}")
