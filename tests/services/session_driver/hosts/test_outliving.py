"""A terminal outlives its driver: the next one gets all that was printed, and the true end."""

import asyncio
import hashlib

import pytest

from services.session_driver.terminal.host import Host
from tests.services.session_driver.hosts.conftest import Started
from tests.support.backends import Drivers
from tests.support.terminal_host import asked, until

MIB = 1024 * 1024


class Taken:
    """What a driver was handed, acked as it came."""

    def __init__(self, host: Host, stored: int = 0) -> None:
        self.data = bytearray()
        self._host = host
        host.deliver(self._take, stored)

    def _take(self, data: bytes) -> None:
        self.data += data
        self._host.ack(self._host.offset)


async def only(drivers: Drivers) -> Host:
    [host] = await drivers.next().found()
    return host


async def test_there_is_nothing_to_find_at_first(drivers: Drivers):
    assert list(await drivers.now.found()) == []


@pytest.mark.not_on("iterm2", "nobody but its parent, iTerm2, hears how a program ends")
async def test_what_is_printed_while_no_driver_is_there_comes_later(drivers: Drivers):
    first = bytearray()
    await drivers.now.spawn(asked("echo before; read x; echo after $x", b"me"), first.extend)
    await until(lambda: b"before" in first)
    host = await only(drivers)
    taken = Taken(host, stored=len(b"before\r\n"))
    await host.write(b"all\r")
    assert await host.exited == 0
    assert (host.note, bytes(taken.data)) == (b"me", b"all\r\nafter all\r\n")
    await host.close()


@pytest.mark.not_on("iterm2", "nobody but its parent, iTerm2, hears how a program ends")
@pytest.mark.parametrize(("end", "status"), [("exit 7", 7), ("kill -9 $$", -9), ("kill $$", -15)])
async def test_a_program_that_ended_meanwhile_has_its_own_status(drivers: Drivers, end, status):
    printed = bytearray()
    script = f"echo up; sleep 0.3; echo last; {end}"
    await drivers.now.spawn(asked(script), printed.extend)
    await until(lambda: b"up" in printed)
    drivers.now.close()
    await asyncio.sleep(0.8)  # nobody is there to see it end
    host = await only(drivers)
    taken = Taken(host)
    assert await host.exited == status
    assert bytes(taken.data).endswith(b"last\r\n")
    await host.close()
    assert list(await drivers.now.found()) == []


async def test_notes_come_back_with_their_offsets(drivers: Drivers, started: Started):
    printed: list[bytes] = []
    host = await started("echo one; read x; echo two; sleep 60", printed)
    host.keep(0, b"first")
    await until(lambda: b"".join(printed) == b"one\r\n")
    host.keep(5, b"at one")
    host = await only(drivers)
    assert [note for note in host.notes if note[0] <= 5][-1] == (5, b"at one")
    Taken(host)
    await host.close()


@pytest.mark.raw
async def test_more_than_is_kept_makes_the_program_wait_and_nothing_is_missing(drivers: Drivers):
    total = 16 * MIB
    script = f"stty -opost; echo up; yes 0123456789abcdef | head -c {total}; echo end"
    printed = bytearray()
    await drivers.now.spawn(asked(script), printed.extend)
    await until(lambda: b"up" in printed)
    drivers.now.close()
    await asyncio.sleep(1.5)  # it prints as far as it may
    host = await only(drivers)
    taken = Taken(host)
    async with asyncio.timeout(60):
        assert await host.exited == 0
    told = bytes(taken.data).removeprefix(b"up\r\n").removeprefix(b"up\n").removesuffix(b"end\n")
    line = b"0123456789abcdef\n"
    wanted = (line * (total // len(line) + 1))[:total]
    assert (len(told), hashlib.sha256(told).digest()) == (total, hashlib.sha256(wanted).digest())
    await host.close()
