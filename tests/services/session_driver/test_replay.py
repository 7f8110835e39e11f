"""Past screens from the recording alone are the screens that there were."""

import asyncio
import shutil
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from services.session_driver.live import recorded
from services.session_driver.playback import last_piece, pieces
from services.session_driver.replay import screen_after, screen_digest
from services.session_driver.terminal.capture import Capture
from services.session_driver.terminal.shells import Opening
from tests.support.logs import log_of, running
from tests.support.terminals import shells_on

COLOURS = r"printf '\033[31mred\033[0m\t\033[1;4mline\033[0m \342\202\254\n'"
PLACED = r"printf '\033[2J\033[5;9Hhere\033[s\033[1;1Htop\033[u'"
FULL_SCREEN = r"printf '\033[?1049h\033[3;3Hunder\033]2;a title\007'"
MUCH = "seq 1 250000"  # so much that there are pictures


@asynccontextmanager
async def recorded_shell(broker, place, folder: Path, limit=100_000_000, name="bash"):
    """Yield a terminal of an unusual size whose output is recorded, and the driver's log."""
    shell = shutil.which(name) or pytest.skip(f"{name} is not installed")
    user = {"HOME": str(folder), "PATH": "/usr/bin:/bin"}
    (folder / ".zshrc").touch()
    size = {"cols": 61, "rows": 17}
    opening = Opening(
        session_id="s1", shell=shell, cwd="/", folder=folder, environment=user, **size
    )
    async with shells_on(place) as opened, log_of(broker, "session_driver") as log:
        terminal = await opened(opening)
        live = recorded(terminal, log, limit)
        terminal.subscribe(live.recorder.take)
        async with running(live.recorder.run()):
            assert await terminal.ready(10)
            yield live, log


async def ran(live, command):
    """Run a command; return the newest record and the screen once its prompt is there."""
    live.recorder.tape.begin("c")
    run = await live.terminal.run(command.encode() + b"\r", Capture(b"key"))
    assert await run.wait(20)
    return await now(live)


async def now(live):
    assert await live.terminal.ready(10)
    async with asyncio.timeout(20):
        await live.recorder.stored(live.terminal.offset)
    return live.recorder.newest_record, live.terminal.screen.look()


async def rebuilt(log, sequence):
    found = [piece async for piece in pieces(log, "s1", sequence)]
    return await screen_after(log, "s1", found[0])


@pytest.mark.parametrize("name", ["bash", "zsh", "fish", "dash"])
async def test_any_past_screen_is_rebuilt_from_the_records_before_it(
    own_broker, place, tmp_path, name
):
    async with recorded_shell(own_broker, place, tmp_path, name=name) as (live, log):
        seen = [await ran(live, text) for text in (COLOURS, PLACED, MUCH, FULL_SCREEN, "ls -C /")]
        assert [await rebuilt(log, record) for record, _ in seen] == [look for _, look in seen]
        kinds = [piece.kind async for piece in pieces(log, "s1", 1)]
    assert seen[0][1].size == (61, 17)
    assert (kinds[0], kinds.count("keyframe")) == ("resize", 1)


async def test_a_screen_after_a_resize_is_rebuilt(own_broker, place, tmp_path):
    async with recorded_shell(own_broker, place, tmp_path) as (live, log):
        before = await ran(live, MUCH)
        live.resize(100, 40)  # lines come back from above the screen
        after = await ran(live, COLOURS)
        live.resize(30, 5)
        last = await ran(live, "echo " + "long " * 20)
        seen = [before, after, last]
        assert [await rebuilt(log, record) for record, _ in seen] == [look for _, look in seen]
    assert [look.size for _, look in seen] == [(61, 17), (100, 40), (30, 5)]


async def test_a_screen_after_a_gap_is_rebuilt(own_broker, place, tmp_path):
    async with recorded_shell(own_broker, place, tmp_path, limit=50_000) as (live, log):
        await ran(live, MUCH)
        record, look = await ran(live, COLOURS)
        assert await rebuilt(log, record) == look


async def test_without_a_recording_there_is_no_screen(own_broker, place, tmp_path):
    async with recorded_shell(own_broker, place, tmp_path) as (live, log):
        assert await last_piece(log, "s2") is None
        _, look = await ran(live, "true")
        last = await last_piece(log, "s1")
        assert last is not None
        digests = [screen_digest(key, await screen_after(log, "s1", last)) for key in (b"k", b"l")]
    assert digests[0] == screen_digest(b"k", look) != digests[1]
