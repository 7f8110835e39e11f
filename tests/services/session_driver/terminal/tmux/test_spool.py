"""What a pane printed is kept within bounds, and read again without a gap."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from services.runtime.config import Home
from services.session_driver.terminal.host import Host
from services.session_driver.terminal.host_start import HostPlace
from services.session_driver.terminal.processes import is_there
from services.session_driver.terminal.tmux.spool import Spool
from tests.support.backends import drivers_on
from tests.support.terminal_host import a_place, asked, until

MIB = 1024 * 1024
MOST = 9 * 4 * MIB


def kept(folder: Path) -> int:
    return sum(each.stat().st_size for each in folder.rglob("s.*"))


def segment(folder: Path, number: int, data: bytes) -> None:
    (folder / f"s.{number}").write_bytes(data)


def test_segments_are_read_in_order_and_a_growing_one_as_it_grows(tmp_path):
    spool = Spool(tmp_path)
    assert spool.read(100) == b""
    segment(tmp_path, 0, b"first ")
    assert spool.read(3) + spool.read(100) == b"first "
    segment(tmp_path, 1, b"second")
    assert (spool.read(100), spool.read(100), spool.offset) == (b"second", b"", 12)


def test_what_is_acked_is_let_go_of_and_the_rest_is_found_again(tmp_path):
    spool = Spool(tmp_path)
    for number, data in enumerate((b"aa", b"bbb", b"c")):
        segment(tmp_path, number, data)
    assert b"".join(spool.read(10) for _ in range(3)) == b"aabbbc"
    spool.trim(3)
    assert sorted(each.name for each in tmp_path.glob("s.*")) == ["s.1", "s.2"]
    again = Spool(tmp_path)
    assert (again.offset, again.read(10)) == (2, b"bbb")


def test_it_has_ended_only_once_all_is_read(tmp_path):
    spool = Spool(tmp_path)
    segment(tmp_path, 0, b"last")
    (tmp_path / "end").touch()
    assert not spool.ended
    assert spool.read(10) == b"last"
    assert spool.ended


async def test_without_a_driver_a_program_is_held_before_the_disk_is_full():
    with a_place() as place:
        async with drivers_on("tmux", place) as drivers:
            printed = bytearray()
            host = await drivers.now.spawn(asked("echo up; yes"), printed.extend)
            await until(lambda: b"up" in printed)
            drivers.now.close()
            await still(place.home.run)
            assert MIB < kept(place.home.run) < MOST
            [again] = await drivers.next().found()
            again.deliver(lambda _: again.ack(again.offset))
            while again.offset <= MOST:
                await until(further_than(again, again.offset))
            await again.close()
            assert not is_there(host.pid)


def further_than(host: Host, offset: int) -> Callable[[], bool]:
    return lambda: host.offset > offset


async def still(folder: Path) -> None:
    """Wait until nothing more is kept for a while."""
    async with asyncio.timeout(30):
        before = -1
        while before != (before := kept(folder)):  # noqa: ASYNC110 - the kernel tells nobody
            await asyncio.sleep(1)


@pytest.mark.parametrize("name", ["d'x", "50%H #S", "ä b"])
async def test_a_folder_with_any_name_is_spooled_to(tmp_path, name):
    with a_place() as place:
        odd = place.home.root / name
        odd.mkdir()
        async with drivers_on("tmux", HostPlace(Home(odd).create(), "test")) as drivers:
            printed = bytearray()
            host = await drivers.now.spawn(asked("echo hello; sleep 0.2"), printed.extend)
            assert await host.exited == 0
            assert bytes(printed) == b"hello\r\n"
            await host.close()


def test_what_is_for_nobody_is_overwritten_wherever_it_lies(tmp_path):
    spool = Spool(tmp_path)
    for number, data in enumerate((b"open ", b"secret ", b"secret open")):
        segment(tmp_path, number, data)
    assert len(b"".join(spool.read(30) for _ in range(3))) == spool.offset
    spool.wipe(5, 18)
    left = [(tmp_path / f"s.{number}").read_bytes().replace(b"\0", b".") for number in range(3)]
    assert left == [b"open ", b".......", b"...... open"]
    segment(tmp_path, 3, b"!")
    assert spool.read(30) == b"!"


def joint(folder: Path, number: int, picture: bytes) -> None:
    (folder / f"j.{number}").write_bytes(picture)


def test_a_joint_stands_for_one_byte_and_is_found_again_until_it_is_acked(tmp_path):
    segment(tmp_path, 0, b"before")
    joint(tmp_path, 1, b"the screen")
    segment(tmp_path, 2, b"after")
    spool = Spool(tmp_path)
    assert (spool.read(100), spool.read(100), spool.cross()) == (b"before", b"", b"the screen")
    assert (spool.offset, spool.read(100), spool.cross()) == (7, b"after", None)
    spool.trim(6)
    again = Spool(tmp_path)
    assert (again.offset, again.read(100), again.cross(), again.offset) == (
        6,
        b"",
        b"the screen",
        7,
    )
    spool.trim(7)
    assert not list(tmp_path.glob("j.*"))


def test_a_joint_that_no_driver_came_to_make_is_missed(tmp_path):
    segment(tmp_path, 0, b"before")
    segment(tmp_path, 2, b"nobody knows what came before this")
    spool = Spool(tmp_path)
    assert spool.torn
    assert spool.read(100) == b"before"
    spool.clear()
    spool.join(b"the screen")
    segment(tmp_path, 2, b"after")
    assert (spool.read(100), spool.cross(), spool.read(100)) == (b"", b"the screen", b"after")
    assert not spool.broken


def test_a_screen_that_is_for_nobody_is_overwritten_too(tmp_path):
    segment(tmp_path, 0, b"open")
    joint(tmp_path, 1, b"secret")
    segment(tmp_path, 2, b"secret")
    spool = Spool(tmp_path)
    assert (spool.read(10), spool.read(10), spool.cross(), spool.read(10)) == (
        *(b"open", b""),
        *(b"secret", b"secret"),
    )
    spool.wipe(4, 11)
    assert [(tmp_path / each).read_bytes() for each in ("s.0", "j.1", "s.2")] == [
        *(b"open", bytes(6), bytes(6)),
    ]
