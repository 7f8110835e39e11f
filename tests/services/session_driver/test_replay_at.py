"""The screen at any offset of a recording."""

import pytest

from services.contract.terminal import ReadPastScreen
from services.session_driver.playback import piece_at, pieces
from services.session_driver.replay import screen_at
from tests.services.session_driver.test_replay import COLOURS, MUCH, PLACED, ran, recorded_shell
from tests.support.logs import administer


@pytest.mark.parametrize("name", ["bash", "dash"])
async def test_a_screen_is_rebuilt_at_any_offset(own_broker, place, tmp_path, name):
    async with recorded_shell(own_broker, place, tmp_path, name=name) as (live, log):
        seen = []
        for command in (COLOURS, PLACED, MUCH, "ls -C /"):
            _, look = await ran(live, command)
            seen.append((live.terminal.offset, look))
        await ran(live, "true")
        for offset, look in seen:
            found = await screen_at(log, ReadPastScreen(session_id="s1", offset=offset))
            assert found == (look, None)


async def test_the_record_of_an_offset_is_found_among_those_of_others(own_broker, place, tmp_path):
    async with recorded_shell(own_broker, place, tmp_path) as (live, log):
        await ran(live, MUCH)
        found = [piece async for piece in pieces(log, "s1", 1)]
        for wanted in found:
            newest = [each for each in found if each.offset <= wanted.offset][-1]
            assert await piece_at(log, "s1", wanted.offset) == newest
        assert await piece_at(log, "s2", 0) is None


async def test_without_the_records_from_a_picture_on_there_is_no_screen(
    own_broker, place, tmp_path
):
    async with recorded_shell(own_broker, place, tmp_path) as (live, log):
        await ran(live, COLOURS)
        end = live.terminal.offset
        await administer(own_broker, "STREAM.PURGE.OUTPUT", {"keep": 1})
        assert await screen_at(log, ReadPastScreen(session_id="s1", offset=end)) is None
        assert await screen_at(log, ReadPastScreen(session_id="s1", offset=0)) is None
