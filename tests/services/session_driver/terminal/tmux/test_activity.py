"""People type into their own pane: seen by what their tmux tells of its clients."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest

from services.runtime.background import background
from services.session_driver.terminal.tmux.backend import TmuxBackend
from services.session_driver.terminal.tmux.pane import TmuxPane
from services.session_driver.terminal.tmux.server import TmuxPlace
from tests.support.backends import tmux_place
from tests.support.heard import Heard
from tests.support.persons_tmux import PersonsTmux, persons_tmux
from tests.support.terminal_host import a_place, until
from tests.support.tmux_client import DETACH, tmux_client


@pytest.fixture
def persons() -> Iterator[PersonsTmux]:
    with persons_tmux() as persons:
        yield persons


@pytest.fixture
def place(persons: PersonsTmux) -> Iterator[TmuxPlace]:
    with a_place() as place:
        yield replace(tmux_place(place), sockets=(str(persons.socket),))


@pytest.fixture
async def backend(place: TmuxPlace) -> AsyncIterator[TmuxBackend]:
    async with background() as tasks:
        backend = TmuxBackend(place, tasks)
        yield backend
        backend.close()


async def adopted(backend: TmuxBackend, persons: PersonsTmux) -> tuple[TmuxPane, Heard]:
    pane = await backend.adopt(persons.target, b"note", lambda _: None)
    company = Heard()
    pane.guests.greet(company)
    await pane.guests.heed()
    return pane, company


async def test_a_key_in_their_client_takes_the_keyboard(backend, persons):
    async with tmux_client(persons.socket, sees="$") as person:
        pane, company = await adopted(backend, persons)
        await persons.later()
        await person.press(b"x")
        await until(lambda: "types" in company.words)
        assert company.words == ["came", "types"]
        assert company.told[0][1].pid == person.pty.pid
        await person.press(DETACH)
        await until(lambda: company.words == ["came", "types", "went"])
        await pane.close()


async def test_a_key_is_heard_of_before_the_next_thing_is_typed_for_an_assistant(backend, persons):
    async with tmux_client(persons.socket, sees="$") as person:
        pane, company = await adopted(backend, persons)
        await persons.later()
        await person.press(b"x")
        await person.sees("$ x")
        await pane.guests.heed()
        assert "types" in company.words
        await pane.close()


async def test_who_attaches_later_and_types_is_heard_of(backend, persons):
    pane, company = await adopted(backend, persons)
    async with tmux_client(persons.socket, sees="$") as person:
        await persons.later()
        await person.press(b"x")
        await until(lambda: "types" in company.words)
    await pane.close()


async def test_what_is_typed_for_an_assistant_or_elsewhere_is_no_key_of_theirs(backend, persons):
    persons.tmux("new-window", "-d", "cat")
    async with tmux_client(persons.socket, sees="$") as person:
        pane, company = await adopted(backend, persons)
        await persons.later()
        await pane.write(b"echo ours\r")
        await person.sees("\nours")
        persons.tmux("send-keys", "-t", persons.target.partition(":")[2], "echo script", "Enter")
        persons.tmux("next-window")
        await persons.later()
        await person.press(b"elsewhere")
        await person.sees("elsewhere")
        await pane.guests.heed()
        assert company.words == []
        await pane.close()


async def test_scrolling_and_the_focus_take_nothing(backend, persons):
    persons.tmux("set-option", "-g", "focus-events", "on")
    async with tmux_client(persons.socket, sees="$") as person:
        pane, company = await adopted(backend, persons)
        await persons.later()
        await person.press(b"\x1b[O")
        await until(lambda: "focused" not in clients(persons))
        await pane.guests.heed()
        persons.tmux("copy-mode")
        await persons.later()
        await person.press(b"k")
        await persons.later()
        await pane.guests.heed()
        assert company.words == []
        await pane.close()


def clients(persons: PersonsTmux) -> str:
    return persons.tmux("list-clients", "-F", "#{client_flags}")


async def test_their_configuration_and_clients_stay_as_they_are(backend, persons):
    async with tmux_client(persons.socket, sees="$"):
        before = settings(persons)
        pane, _ = await adopted(backend, persons)
        assert settings(persons) == before
        await pane.close()


def settings(persons: PersonsTmux) -> tuple[str, ...]:
    told = (("show-options", "-A"), ("show-options", "-g"), ("list-keys",), ("list-clients",))
    return tuple(persons.tmux(*words) for words in told)
