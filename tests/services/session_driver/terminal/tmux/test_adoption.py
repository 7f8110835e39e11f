"""Panes that a person has open: which can be adopted, and that they stay the person's."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest

from services.runtime.background import background
from services.session_driver.terminal.host import NoSuchPane
from services.session_driver.terminal.tmux.backend import TmuxBackend
from services.session_driver.terminal.tmux.pane import TmuxPane
from services.session_driver.terminal.tmux.server import TmuxPlace
from tests.support.backends import tmux_place
from tests.support.persons_tmux import PersonsTmux, persons_tmux
from tests.support.terminal_host import a_place, until


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


async def adopted(backend: TmuxBackend, target: str, printed: bytearray) -> TmuxPane:
    pane = await backend.adopt(target, b"note", printed.extend)
    await until(lambda: bool(printed))
    return pane


async def test_a_pane_is_listed_with_its_program_and_size(backend, persons):
    await persons.until_seen("$")
    [pane] = await backend.panes()
    assert (pane.target, pane.program, pane.cwd) == (persons.target, "bash", "/")
    assert (pane.cols, pane.rows, pane.shell) == (90, 25, "bash")


async def test_a_pane_stays_adoptable_while_its_programs_come_and_go(backend, persons):
    persons.tmux("send-keys", "while :; do /bin/true & /bin/true; wait; done 2>/dev/null", "Enter")
    await persons.until_seen("done")
    for _ in range(100):
        assert [pane.target for pane in await backend.panes()] == [persons.target]


async def test_the_screen_as_it_was_comes_first_and_then_every_byte(backend, persons):
    persons.tmux("send-keys", "echo before", "Enter")
    await persons.until_seen("before\n")
    printed = bytearray()
    pane = await adopted(backend, persons.target, printed)
    assert b"$ echo before\r\nbefore\r\n$" in printed
    await pane.write(b"printf 'x\\033[1my'\r")
    await until(lambda: b"x\x1b[1my" in printed)
    await pane.close()


async def test_what_is_typed_arrives_although_the_person_scrolls(backend, persons):
    printed = bytearray()
    pane = await adopted(backend, persons.target, printed)
    persons.tmux("copy-mode")
    await pane.write(b"echo typed\r")
    await until(lambda: b"\rtyped\r\n" in printed)
    await pane.close()


async def test_closing_lets_go_and_kills_nothing(backend, persons):
    printed = bytearray()
    pane = await adopted(backend, persons.target, printed)
    await pane.write(b"sleep 61 &\r")
    pane.kill(9)
    await pane.close()
    assert persons.tmux("display-message", "-p", "#{pane_pipe}#{pane_dead}").strip() == "00"
    persons.tmux("send-keys", "jobs", "Enter")
    await persons.until_seen("Running")
    assert [pane.target for pane in await backend.panes()] == [persons.target]


async def test_a_pane_is_adopted_once(backend, persons):
    pane = await adopted(backend, persons.target, bytearray())
    assert await backend.panes() == []
    with pytest.raises(NoSuchPane):
        await backend.adopt(persons.target, b"", print)
    await pane.close()


@pytest.mark.parametrize(
    "command",
    [
        ("set-option", "-w", "synchronize-panes", "on"),
        ("pipe-pane", "cat > /dev/null"),
        ("send-keys", "exec -a eim sleep 60", "Enter"),
    ],
)
async def test_what_would_not_be_one_terminal_of_the_person_is_not_adoptable(
    backend, persons, command
):
    await persons.until_seen("$")
    persons.tmux(*command)
    await until(lambda: persons.tmux("display-message", "-p", "#{pane_current_command}") != "")
    for _ in range(100):
        if not await backend.panes():
            return
    pytest.fail("it is still listed")


async def test_the_next_driver_goes_on_with_an_adopted_pane(persons, place):
    async with background() as tasks:
        first = TmuxBackend(place, tasks)
        pane = await adopted(first, persons.target, printed := bytearray())
        stored = pane.offset
        first.close()
        persons.tmux("send-keys", "echo meanwhile", "Enter")
        await persons.until_seen("\nmeanwhile")
        second = TmuxBackend(place, tasks)
        [again] = await second.found()
        assert (again.note, again.target) == (b"note", pane.target)
        again.deliver(printed.extend, stored)
        await until(lambda: b"\rmeanwhile\r\n" in printed)
        assert printed.count(b"echo meanwhile") == 1
        await again.close()
        second.close()


async def test_a_pane_whose_shell_ends_is_over(backend, persons):
    persons.tmux("new-window")
    pane = await adopted(backend, persons.target, bytearray())
    await pane.write(b"exit\r")
    await pane.exited
    assert not pane.lost
    await pane.close()


async def test_a_pane_whose_pipe_the_person_closes_is_lost(backend, persons):
    pane = await adopted(backend, persons.target, bytearray())
    persons.tmux("pipe-pane")
    await pane.exited
    assert pane.lost
    await pane.close()
