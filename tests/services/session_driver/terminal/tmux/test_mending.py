"""A spooler that is killed: the pane goes on, and says where something may be missing."""

import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from services.session_driver.terminal.host import Host, Tearable
from services.session_driver.terminal.screen import Screen
from services.session_driver.terminal.tmux.once import Once
from tests.support.backends import Drivers, drivers_on
from tests.support.terminal_host import a_place, asked, until

COUNTS = "stty -echo; echo up; while read x; do echo got $x; done"


@pytest.fixture
async def drivers() -> AsyncIterator[Drivers]:
    with a_place() as place:
        async with drivers_on("tmux", place) as drivers:
            yield drivers


class Heard:
    """What a driver hears of a pane, acked as it comes: bytes, and where some are missing."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.torn: list[tuple[int, bytes]] = []
        self.host: Host | None = None

    def of(self, host: Host, *, anew: bool = False) -> Host:
        self.host = host
        assert isinstance(host, Tearable)
        host.on_torn = lambda offset, picture: self.torn.append((offset, picture))
        if anew:
            host.deliver(self.take)
        return host

    def take(self, data: bytes) -> None:
        self.data += data
        if self.host:
            self.host.ack(self.host.offset)


async def started(drivers: Drivers, heard: Heard, script: str = COUNTS) -> Host:
    host = heard.of(await drivers.now.spawn(asked(script), heard.take))
    await until(lambda: b"up" in heard.data)
    return host


def spooler(drivers: Drivers) -> psutil.Process:
    [file] = (drivers.place.home.run).rglob("spooler")
    return psutil.Process(int(file.read_text()))


def segments(drivers: Drivers) -> list[Path]:
    return [*drivers.place.home.run.rglob("s.*")]


def kill(process: psutil.Process, *, whole: bool) -> None:
    """Kill a spooler, with the dd that would go on writing or without it."""
    for each in [process, *(process.children() if whole else ())]:
        os.kill(each.pid, signal.SIGKILL)


def shown(picture: bytes) -> str:
    screen = Screen(80, 24)
    screen.feed(picture)
    return screen.text().strip()


@pytest.mark.parametrize("whole", [True, False])
async def test_what_comes_after_a_killed_spooler_is_kept_by_another(drivers: Drivers, whole):
    heard = Heard()
    host = await started(drivers, heard)
    kill(spooler(drivers), whole=whole)
    await until(lambda: bool(heard.torn))
    assert heard.torn[0][0] == len(heard.data) == host.offset - 1
    assert shown(heard.torn[0][1]) == "up"
    await host.write(b"one\r")
    await until(lambda: b"got one\r\n" in heard.data)
    assert not host.exited.done()
    await host.close()


async def test_a_writer_that_is_killed_alone_is_noticed(drivers: Drivers):
    heard = Heard()
    host = await started(drivers, heard)
    for child in spooler(drivers).children():
        os.kill(child.pid, signal.SIGKILL)
    await until(lambda: bool(heard.torn))
    await host.write(b"one\r")
    await until(lambda: b"got one\r\n" in heard.data)
    await host.close()


async def test_a_spooler_that_is_killed_without_a_driver_is_replaced_by_the_next(drivers: Drivers):
    await started(drivers, Heard())
    process = spooler(drivers)
    drivers.now.close()
    kill(process, whole=True)
    heard = Heard()
    [host] = await drivers.next().found()
    heard.of(host, anew=True)
    await until(lambda: bool(heard.torn))
    await host.write(b"two\r")
    await until(lambda: b"got two\r\n" in heard.data)
    await host.close()


async def test_the_end_of_a_program_is_known_though_its_spooler_was_killed(drivers: Drivers):
    heard = Heard()
    host = await started(drivers, heard, "echo up; read x; exit 7")
    kill(spooler(drivers), whole=True)
    await until(lambda: bool(heard.torn))
    await host.write(b"\r")
    assert await host.exited == 7
    assert not host.lost
    await host.close()


async def test_a_pipe_that_a_person_closes_is_not_opened_again(drivers: Drivers):
    heard = Heard()
    host = await started(drivers, heard)
    tmux = drivers.place.home.run / f"tmux.{drivers.place.node}"
    await Once("tmux", str(tmux), os.environ).ask("pipe-pane", "-t", "%1")
    await host.exited
    assert host.lost
    assert not heard.torn
    await host.close()


async def test_a_spooler_that_is_killed_again_and_again_is_given_up(drivers: Drivers):
    heard = Heard()
    host = await started(drivers, heard)
    for times in range(1, 6):
        kill(spooler(drivers), whole=True)
        await until(lambda times=times: len(heard.torn) == times)
    kill(spooler(drivers), whole=True)
    await host.exited
    assert host.lost
    await host.close()
