"""People who attach to our tmux server: their first key is told to us, and waits."""

import time
from collections.abc import AsyncIterator, Iterator

import pytest

from services.runtime.config import Home
from services.session_driver.terminal.host_start import HostPlace
from services.session_driver.terminal.tmux.pane import TmuxPane
from tests.support.backends import Drivers, drivers_on, tmux_place
from tests.support.heard import Heard
from tests.support.terminal_host import a_place, asked, until
from tests.support.tmux_client import DETACH, RETURN, TAKE, tmux_client

TEXT = bytes(ord("a") + at % 26 for at in range(500))


@pytest.fixture(params=["", "d'x #S %H"])
def place(request: pytest.FixtureRequest) -> Iterator[HostPlace]:
    with a_place() as place:
        root = place.home.root / request.param
        root.mkdir(exist_ok=True)
        yield HostPlace(Home(root).create(), "test")


@pytest.fixture
async def drivers(place: HostPlace) -> AsyncIterator[Drivers]:
    async with drivers_on("tmux", place) as drivers:
        yield drivers


async def opened(drivers: Drivers, printed: bytearray) -> tuple[TmuxPane, Heard]:
    """Open a pane whose program prints what it reads, byte for byte."""
    script = "stty raw -echo; echo up; exec cat"
    pane = await drivers.now.spawn(asked(script), printed.extend)
    assert isinstance(pane, TmuxPane)
    company = Heard()
    pane.guests.greet(company)
    await until(lambda: b"up" in printed)
    return pane, company


def attach(drivers: Drivers, pane: TmuxPane, *flags: str):
    where = tmux_place(drivers.place).socket
    return tmux_client(where, *flags, "-t", pane.name, sees="up")


async def test_the_first_key_waits_until_it_is_let_through_and_later_ones_behind_it(drivers):
    printed = bytearray()
    pane, company = await opened(drivers, printed)
    company.allowed.clear()
    async with attach(drivers, pane) as person:
        await person.press(b"x", b"y", b"z")
        await until(lambda: "types" in company.words)
        await pane.write(b"-ours-")
        await until(lambda: b"-ours-" in printed)
        assert b"x" not in printed
        company.allowed.set()
        await until(lambda: printed.endswith(b"-ours-xyz"))
        assert company.words == ["came", "types"]
        assert company.told[0][1] == company.told[1][1]
        assert company.told[0][1].pid == person.pty.pid


async def test_what_is_typed_for_an_assistant_is_no_key_of_a_person(drivers):
    printed = bytearray()
    pane, company = await opened(drivers, printed)
    async with attach(drivers, pane) as person:
        await pane.write(TEXT)
        await until(lambda: TEXT in printed)
        await person.press(DETACH)
        assert await person.left() == 0
        await until(lambda: "went" in company.words)
    assert company.words == ["came", "went"]


@pytest.mark.parametrize(
    "keys", [b"\x02\x02", b"\xc3\xa4", b"\x1b[A", b"\x1b[200~p\x1b[201~", b"\t"]
)
async def test_each_kind_of_key_takes_the_keyboard_and_arrives(drivers, keys):
    printed = bytearray()
    pane, company = await opened(drivers, printed)
    async with attach(drivers, pane) as person:
        await person.press(keys)
        await until(lambda: "types" in company.words)
        arrives = b"\x02" if keys == b"\x02\x02" else keys
        await until(lambda: printed.endswith(arrives))


async def test_five_hundred_keys_arrive_in_order_however_often_the_keyboard_is_returned(drivers):
    printed = bytearray()
    pane, company = await opened(drivers, printed)
    async with attach(drivers, pane) as person:
        for at in range(0, len(TEXT), 2):
            await person.press(TEXT[at : at + 2])
            if at % 100 == 0:
                company.has_control = False
                await pane.guests.guard()
        await person.press(b".")
        await until(lambda: printed.endswith(b"."))
        assert printed.split()[1] == TEXT + b"."
        assert company.words.count("types") > 2


async def test_the_keyboard_is_taken_and_returned_without_a_key(drivers):
    printed = bytearray()
    pane, company = await opened(drivers, printed)
    async with attach(drivers, pane) as person:
        await person.press(TAKE)
        await until(lambda: "takes" in company.words)
        await person.press(RETURN)
        await until(lambda: "returns" in company.words)
        await pane.guests.guard()
        await person.press(b"k")
        await until(lambda: printed.endswith(b"k"))
        assert company.words == ["came", "takes", "returns", "types"]


async def test_who_may_only_look_takes_nothing(drivers):
    pane, company = await opened(drivers, bytearray())
    async with attach(drivers, pane, "-r") as person:
        await person.press(b"x")
        await person.sees("read-only")
        await until(lambda: "came" in company.words)
        assert company.words == ["came"]
        assert not company.told[0][1].writes


async def test_a_key_is_not_held_for_ever_by_a_driver_that_is_gone(drivers):
    printed = bytearray()
    pane, _ = await opened(drivers, printed)
    async with attach(drivers, pane) as person:
        drivers.now.close()
        began = time.monotonic()
        await person.press(b"first", b"second")
        await person.sees("firstsecond")
        assert time.monotonic() - began > 0.9
        [again] = await drivers.next().found()
        company = Heard()
        again.guests.greet(company)
        again.deliver(printed.extend)
        await until(lambda: "types" in company.words)
        assert company.words == ["came", "types"]
        await person.press(b"third")
        await until(lambda: b"firstsecondthird" in printed)


async def test_a_client_that_goes_while_its_key_waits_holds_up_nobody(drivers):
    printed = bytearray()
    pane, company = await opened(drivers, printed)
    company.allowed.clear()
    async with attach(drivers, pane) as person:
        await person.press(b"x")
        await until(lambda: "types" in company.words)
        person.kill()
        await until(lambda: "went" in company.words)
    company.allowed.set()
    company.has_control = False
    async with attach(drivers, pane) as person:
        await person.press(b"y")
        await until(lambda: printed.endswith(b"y"))
