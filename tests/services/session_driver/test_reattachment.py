"""A command that an earlier driver began is known again, however little of it was recorded."""

from pathlib import Path

import pytest

from events.actions import RunCommand
from projections.calls import Call
from projections.sessions import Session
from services.policy.keystrokes import keystrokes
from services.runtime.background import background
from services.session_driver.live import Live, recorded
from services.session_driver.reattachment import Reattachment
from services.session_driver.terminal.capture import Capture
from services.session_driver.terminal.memory import Identity, first_rest
from services.session_driver.terminal.session import Terminal
from services.session_driver.terminal.shells import Opening
from services.session_driver.terminals import OpenTerminals
from tests.support.backends import drivers_on
from tests.support.facts import IDLE
from tests.support.given import NOW
from tests.support.logs import log_of
from tests.support.terminal_host import a_place

LIMIT = 1_048_576
COMMAND = RunCommand(command="echo begun; sleep 0.5; (exit 3)")
CALL = Call(
    call_id="c1",
    session_id="s1",
    node="test",
    principal="ann",
    action=COMMAND,
    fingerprint="",
    epoch="e1",
    deadline=NOW,
    sequence=1,
    newest=1,
    cause="",
    context=IDLE,
)
SESSION = Session(
    session_id="s1",
    node="test",
    epoch="e1",
    owner="ann",
    backend="pty",
    fidelity="raw",
    name="",
    shell="bash",
    integration="full",
    cwd="/",
    cols=120,
    rows=32,
    pid=0,
)


async def at_first_prompt(drivers, terminals: OpenTerminals, folder: Path) -> Live:
    """A terminal whose first prompt was just printed, so that nothing of it is stored yet."""
    opening = Opening(
        session_id="s1",
        shell="/bin/bash",
        cwd="/",
        folder=folder,
        environment={"HOME": str(folder), "PATH": "/usr/bin:/bin"},
    )
    identity = Identity(
        session_id="s1", epoch="e1", owner="ann", nonce="n" * 32, shell="/bin/bash", requested={}
    )
    terminal = await Terminal.open(opening, identity, drivers.now)
    live = recorded(terminal, terminals.log, LIMIT)
    terminal.host.keep(*first_rest())
    terminals.begin(live)
    assert await terminal.ready(20)
    return live


@pytest.mark.parametrize("backend", ["pty", "tmux"])
@pytest.mark.parametrize("wait", ["", "stored"])
async def test_a_command_right_after_the_first_prompt_keeps_its_own_end(
    own_broker, tmp_path, backend, wait
):
    typed = keystrokes(COMMAND, IDLE)
    with a_place() as place:
        async with (
            drivers_on(backend, place) as drivers,
            log_of(own_broker, "session_driver") as log,
        ):
            async with background() as tasks:
                terminals = OpenTerminals(log, tasks, b"key")
                live = await at_first_prompt(drivers, terminals, tmp_path)
                if wait:
                    await live.recorder.stored(live.terminal.offset)
                terminals.take(CALL)
                await live.terminal.run(typed, Capture(b"key"))
            async with background() as tasks:
                terminals = OpenTerminals(log, tasks, b"key")
                [host] = await drivers.next().found()
                again = Reattachment(terminals, SESSION, CALL, asked=False)
                live, run = await again.reattach(host, LIMIT)
                ending = await run.wait(20)
                await live.recorder.stored(ending.end_offset)
                assert (ending.exit_code, ending.ran) == (3, True)
                assert live.output(1000, ending).head == "begun\n"
                await live.terminal.close("force")
