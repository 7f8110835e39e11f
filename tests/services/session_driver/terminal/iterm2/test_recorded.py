"""An adopted session in a driver: its recording says what it is, and outlives the driver."""

from pathlib import Path

from projections.sessions import Session
from services.session_driver.live import recorded
from services.session_driver.playback import pieces
from services.session_driver.reattachment import Reattachment
from services.session_driver.terminal.memory import encoded, first_rest
from services.session_driver.terminal.plain import plain_text
from services.session_driver.terminal.session import Terminal
from services.session_driver.terminals import OpenTerminals
from tests.support.adoption import driver, identity_for
from tests.support.iterm2 import ready, running_server, until
from tests.support.logs import log_of

LIMIT = 1_048_576


async def test_the_recording_says_that_it_is_rendered(own_broker, tmp_path: Path):
    async with running_server() as server, log_of(own_broker, "session_driver") as log:
        session = await ready(server)
        async with driver(server, tmp_path) as (backend, tasks):
            live = await adopted_live(backend, session, OpenTerminals(log, tasks, b"key"))
            assert await live.terminal.ready(10)
            await live.recorder.stored(live.terminal.offset)
        async with own_broker.connect("operator") as operator:
            last = await operator.jetstream().get_last_msg("OUTPUT", f"out.{log.node}.s1")
    assert last.headers["eim-fidelity"] == "rendered"


async def test_a_command_goes_on_in_the_next_driver_and_all_it_printed_is_recorded(
    own_broker, tmp_path: Path
):
    async with running_server() as server, log_of(own_broker, "session_driver") as log:
        session = await ready(server)
        async with driver(server, tmp_path) as (backend, tasks):
            live = await adopted_live(backend, session, OpenTerminals(log, tasks, b"key"))
            assert await live.terminal.ready(10)
            await until(lambda: any(offset for offset, _ in live.terminal.host._kept.notes))
            await live.terminal.host.write(b"seq 1 50; sleep 1; seq 51 60; (exit 4)\r")
            await until(lambda: live.terminal.prompt.n == 1)
            await live.recorder.stored(live.terminal.offset)
        async with driver(server, tmp_path) as (backend, tasks):
            terminals = OpenTerminals(log, tasks, b"key")
            (host,) = await backend.found()
            again = Reattachment(terminals, a_session(session.size), None, asked=False)
            live = (await again.reattach(host, LIMIT)).live
            await until(lambda: live.terminal.prompt.exit_code == 4)
            assert await live.terminal.ready(10)
            await live.recorder.stored(live.terminal.offset)
        found = [piece async for piece in pieces(log, "s1", 1) if piece.kind == "output"]
    lines = plain_text(b"".join(piece.body for piece in found)).splitlines()
    assert [line for line in lines if line.isdigit()] == [str(n) for n in range(1, 61)]
    assert [piece.offset for piece in found[1:]] == [piece.end for piece in found[:-1]]


async def adopted_live(backend, session, terminals):
    """Adopt a session as a driver does."""
    terminal = Terminal(identity_for(), session.size)
    note = encoded(terminal.identity)
    terminal.live_on(await backend.adopt(session.id, note, terminal.absorb))
    live = recorded(terminal, terminals.log, LIMIT)
    terminal.host.keep(*first_rest())
    terminals.begin(live)
    return live


def a_session(size: tuple[int, int]) -> Session:
    """What the log knows of it."""
    return Session(
        session_id="s1",
        node="test",
        epoch="e1",
        owner="ann",
        backend="iterm2",
        fidelity="rendered",
        name="",
        shell="bash",
        integration="full",
        cwd="/",
        cols=size[0],
        rows=size[1],
        pid=0,
    )
