"""Recordings as players read them."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from services.contract.terminal import ReadCast
from services.runtime.rpc import Declined
from services.session_driver import cast
from services.session_driver.cast import read_cast
from services.session_driver.terminal.screen import Screen
from tests.services.session_driver.test_replay import COLOURS, MUCH, ran, recorded_shell


def events(text):
    header, *lines = [json.loads(line) for line in text.splitlines()]
    return header, lines


def played(text):
    """Play a cast on a terminal and return what that shows."""
    header, lines = events(text)
    screen = Screen(header["width"], header["height"])
    for _, kind, data in lines:
        if kind == "o":
            screen.feed(data.encode())
        elif kind == "r":
            screen.resize(*map(int, data.split("x")))
    look = screen.look()
    screen.close()
    return look


async def whole(log):
    pages = [await read_cast(log, ReadCast(session_id="s1"))]
    while not pages[-1].at_end:
        pages.append(await read_cast(log, ReadCast(session_id="s1", offset=pages[-1].next_offset)))
    return pages


async def test_a_cast_shows_what_the_terminal_showed(own_broker, place, tmp_path):
    async with recorded_shell(own_broker, place, tmp_path) as (live, log):
        await ran(live, COLOURS)
        live.resize(80, 20)
        _, look = await ran(live, "echo äöü €")
        (page,) = await whole(log)
    header, lines = events(page.text)
    assert played(page.text) == look
    assert (header["version"], header["width"], header["height"]) == (2, 61, 17)
    assert [data for _, kind, data in lines if kind == "m"] == ["c", "c"]
    times = [time for time, _, _ in lines]
    assert times == sorted(times)


async def test_no_cast_tells_the_nonce_of_our_marks(own_broker, place, tmp_path):
    async with recorded_shell(own_broker, place, tmp_path) as (live, log):
        await ran(live, COLOURS)
        (page,) = await whole(log)
        assert live.terminal.identity.nonce not in page.text


async def test_each_page_of_a_long_recording_plays_on_its_own(own_broker, place, tmp_path):
    async with recorded_shell(own_broker, place, tmp_path) as (live, log):
        _, look = await ran(live, MUCH)
        pages = await whole(log)
        ends = [page.next_offset for page in pages]
    assert (len(pages) > 3, ends) == (True, sorted(set(ends)))
    assert played(pages[-1].text) == look
    assert max(len(page.text) for page in pages) < 2 * cast.PAGE


async def test_a_gap_is_a_marker_and_the_screen_after_it_is_right(own_broker, place, tmp_path):
    async with recorded_shell(own_broker, place, tmp_path, limit=50_000) as (live, log):
        await ran(live, MUCH)
        _, look = await ran(live, COLOURS)
        pages = await whole(log)
    said = [data for page in pages for _, kind, data in events(page.text)[1] if kind == "m"]
    assert any(each.endswith("bytes are not recorded") for each in said)
    assert played(pages[-1].text) == look


async def test_without_a_recording_there_is_no_cast(own_broker, place, tmp_path):
    async with recorded_shell(own_broker, place, tmp_path) as (_, log):
        with pytest.raises(Declined, match="in this session"):
            await read_cast(log, ReadCast(session_id="s2"))


async def test_asciinema_plays_a_cast(own_broker, place, tmp_path):
    player = shutil.which("asciinema", path=str(Path(sys.executable).parent))
    if player is None:
        pytest.skip("asciinema is not installed: pip install asciinema")
    async with recorded_shell(own_broker, place, tmp_path) as (live, log):
        await ran(live, "echo shown by a player")
        (page,) = await whole(log)
    file = tmp_path / "recording.cast"
    file.write_text(page.text, encoding="utf-8")
    command = [player, "cat", str(file)]
    shown = subprocess.run(command, capture_output=True, check=True, timeout=30).stdout  # noqa: ASYNC221 - a short one
    assert b"shown by a player\r\n" in shown
