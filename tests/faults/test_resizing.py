"""The size of a session changes while nobody types, and while its driver is away."""

import os
import termios

import pytest

from services.session_driver.playback import pieces
from tests.faults.test_outliving import driver_back, driver_killed
from tests.support.logs import log_of, until, until_so
from tests.support.views import viewer
from tests.system import System, is_fact


async def pid_of(system: System, session: str) -> int:
    [opened] = await system.facts(is_fact("SessionOpened", session_id=session))
    return opened.event.pid


def size_of(shell: int, wanted: tuple[int, int] | None = None) -> tuple[int, int]:
    """Return the (columns, rows) that programs on a terminal are told.

    With others they are changed, as by a driver that is killed before it can record that.
    """
    terminal = os.open(f"/proc/{shell}/fd/0", os.O_RDWR | os.O_NOCTTY)
    try:
        if wanted:
            termios.tcsetwinsize(terminal, wanted[::-1])
        rows, cols = termios.tcgetwinsize(terminal)
    finally:
        os.close(terminal)
    return cols, rows


@pytest.mark.parametrize("shell", ["bash", "sh", "zsh", "fish"])
async def test_a_new_size_leaves_the_prompt_ready_for_the_next_command(
    running: System, shell: str
) -> None:
    async with running.client() as assistant:
        session = await assistant.session(shell=shell)
        async with viewer(running, session, size=(100, 24)) as person:
            person.resize(70, 20)
            await running.until(is_fact("SessionResized", cols=70, rows=20))
            done = await assistant.run(session, "echo hi")
    assert (done["status"], done.get("exit_code")) == ("completed", 0), done


@pytest.mark.parametrize("backend", ["pty", "tmux"])
async def test_a_driver_that_is_killed_right_after_a_new_size_leaves_a_prompt_that_is_known(
    alone: System, backend: str
) -> None:
    async with alone.client() as assistant:
        session = await assistant.session(backend=backend)
        async with viewer(alone, session, size=(100, 24)) as person:
            person.resize(70, 20)
            await driver_killed(alone)
            await driver_back(alone)
            done = await assistant.run(session, "echo hi")
            assert (done["status"], done.get("exit_code")) == ("completed", 0), done
            await alone.until(is_fact("SessionResized", cols=70, rows=20))
            shell = await pid_of(alone, session)
            await until(lambda: size_of(shell) == (70, 20))


async def test_a_size_that_nobody_recorded_is_undone(alone: System) -> None:
    async with alone.client() as assistant:
        session = await assistant.session(cols=90, rows=30)
        shell = await pid_of(alone, session)
        await driver_killed(alone)
        size_of(shell, (70, 20))
        await driver_back(alone)
        await until(lambda: size_of(shell) == (90, 30))


@pytest.mark.parametrize("backend", ["pty", "tmux"])
async def test_a_size_that_was_recorded_but_not_told_is_told_by_the_next_driver(
    alone: System, backend: str
) -> None:
    async with alone.client() as assistant:
        session = await assistant.session(backend=backend)
        async with viewer(alone, session, size=(100, 24)) as person:
            await alone.until(is_fact("SessionResized", cols=100, rows=24))
            person.resize(70, 20)
            await until_so(lambda: is_recorded(alone, session, b"70x20"))
            await driver_killed(alone)
            person.kill()
        await driver_back(alone)
        await alone.until(is_fact("SessionResized", cols=70, rows=20))
        shell = await pid_of(alone, session)
        await until(lambda: size_of(shell) == (70, 20))


async def is_recorded(alone: System, session: str, size: bytes) -> bool:
    async with log_of(alone.broker, "session_driver") as log:
        found = [piece async for piece in pieces(log, session, 1)]
    return ("resize", size) in [(piece.kind, piece.body) for piece in found]
