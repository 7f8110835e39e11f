import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from events.actions import SendText
from projections import terminals as folds
from projections.calls import Call
from services.contract.terminal import Interrupt
from services.runtime.background import background
from services.runtime.projector import Fold, Projector
from services.runtime.rpc import Declined
from services.session_driver.adoptions import Adoptions
from services.session_driver.control import Control
from services.session_driver.input import type_input
from services.session_driver.live import Live, recorded
from services.session_driver.opening import Surroundings
from services.session_driver.questions import Questions
from services.session_driver.terminal.backends import Backends
from services.session_driver.terminal.capture import Capture
from services.session_driver.terminal.host_start import HostPlace
from services.session_driver.terminal.shells import Opening
from services.session_driver.terminals import OpenTerminals
from services.session_driver.views.lobby import Lobby
from tests.conftest import Broker
from tests.support.facts import requested
from tests.support.given import fold
from tests.support.logs import log_of
from tests.support.terminals import shells_on

CALL: Call = fold(requested(action=SendText(text="ls"))).calls.open["c1"]


@pytest.fixture
async def live(broker: Broker, place: HostPlace, tmp_path: Path) -> AsyncIterator[Live]:
    """A shell at its prompt, in a terminal of ann's."""
    bash = shutil.which("bash") or "/bin/bash"
    user = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    opening = Opening(session_id="s1", shell=bash, cwd="/", folder=tmp_path, environment=user)
    async with shells_on(place) as opened, log_of(broker, "session_driver") as log:
        shell = await opened(opening)
        assert await shell.ready(10)
        yield recorded(shell, log, 1000)


async def test_text_goes_to_what_it_was_reviewed_for(live: Live):
    typed = await type_input(live, CALL, b"ls", live.context())
    assert (type(typed).__name__, live.terminal.prompt.line_empty) == ("ToolCallCompleted", False)


async def test_text_for_a_program_that_just_ended_is_not_typed_at_the_prompt(live: Live):
    before = replace(live.context(), prompt="running", foreground="python")
    refused = await type_input(live, CALL, b"ls", before)
    assert (refused.code, live.terminal.prompt.line_empty) == ("context_changed", True)


async def test_text_for_a_line_that_holds_something_else_by_now_is_not_typed(live: Live):
    before = live.context()
    await live.terminal.type(b"rm -r ")
    live.terminal.left("rm -r ")
    assert live.context().line == "rm -r "
    refused = await type_input(live, CALL, b"x", before)
    assert (refused.code, live.context().line) == ("context_changed", "rm -r ")
    assert "held '' and holds 'rm -r '" in refused.reason


async def test_what_a_person_typed_is_not_known(live: Live):
    live.terminal.touched()
    assert live.context().line == "(not empty)"


async def test_a_program_in_front_is_known_by_its_command_line(live: Live):
    await live.terminal.run(b"python3 -q\r", Capture(b"key"))
    async with asyncio.timeout(10):
        while not (seen := live.context()).reads_code:  # noqa: ASYNC110 - the kernel has no event
            await asyncio.sleep(0.02)
    assert (seen.foreground.startswith("python"), seen.line, seen.host) == (True, "", "")


async def test_a_command_is_interrupted_by_its_own_caller_only(live: Live, broker: Broker):
    live.call_id = "c1"
    press = Interrupt(session_id="s1", call_id="c1", by="bob", signal="ctrl_c")
    async with log_of(broker, "session_driver") as log, background() as tasks:
        terminals = OpenTerminals(log, tasks, b"key")
        terminals.live["s1"] = live
        reader = Projector(log, Fold(folds.initial, folds.evolve))
        lobby = Lobby(terminals, reader, Control(terminals))
        adoptions = Adoptions(terminals, Surroundings(Path("/"), {}, 0, (), 0), Backends())
        with pytest.raises(Declined, match="not running"):
            await Questions(terminals, lobby, adoptions).interrupt(press)
    assert live.terminal.prompt.line_empty
