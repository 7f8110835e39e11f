"""The last look before anything is typed, and the limits of the log."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import psutil
import pytest

from events.calls import ToolCallServed
from services.contract.terminal import CONTEXT, LookAt, terminals_of
from services.runtime.clock import Clock
from services.runtime.config import Home
from services.runtime.log import Draft, Log, LogFull, LogUnavailable
from services.runtime.rpc import Declined, ask
from services.runtime.settings import MIB
from services.runtime.streams import provision
from tests.conftest import provisioned, small_config
from tests.faults.test_queue import decided
from tests.support.facts import granted
from tests.system import System, is_fact, system_on


async def test_a_clearance_does_not_fit_a_terminal_that_changed(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session(shell="zsh")  # it runs traps at the prompt
        opened = await running.until(is_fact("SessionOpened", session_id=session))
        trap = await assistant.run(session, "trap 'cd /tmp' USR1", wait_ms=1000)
        await decided(running, trap["approval_id"], "grant")
        await assistant.call("wait_command", command_id=trap["command_id"], wait_ms=10000)
        asked = await assistant.run(session, "touch -c nothing", wait_ms=1000)
        os.kill(opened.event.pid, signal.SIGUSR1)
        await until_in(opened.event.pid, "/tmp")
        await decided(running, asked["approval_id"], "grant")
        answer = await assistant.call("wait_command", command_id=asked["command_id"], wait_ms=10000)
        assert answer["status"] == "rejected"
        assert "ToolCallStarted" not in await running.of_call(asked["command_id"])


async def until_in(pid: int, folder: str) -> None:
    async with asyncio.timeout(5):
        while psutil.Process(pid).cwd() != folder:  # noqa: ASYNC110 - the kernel tells nobody
            await asyncio.sleep(0.02)


async def test_a_shell_that_exits_ends_its_session_with_its_status(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        asked = await assistant.run(session, "touch -c nothing; exit 3", wait_ms=1000)
        await decided(running, asked["approval_id"], "grant")
        done = await assistant.call("wait_command", command_id=asked["command_id"], wait_ms=10000)
        assert (done["status"], done["exit_code"]) == ("completed", 3)
        closed = await running.until(is_fact("SessionClosed", session_id=session))
        assert (closed.event.reason, closed.event.exit_status) == ("exited", 3)


@pytest.fixture
async def tiny(tmp_path: Path) -> AsyncIterator[System]:
    """A system whose log takes a MiB."""
    base = small_config()
    clustering = msgspec.structs.replace(base.clustering, events_max_bytes=MIB)
    config = msgspec.structs.replace(base, clustering=clustering)
    async with provisioned(Home(tmp_path / "home"), config) as broker, system_on(broker) as system:
        await system.start("session_driver", "safety_reviewer", "mcp_front")
        yield system


async def test_a_log_nearly_full_takes_no_new_calls_but_every_outcome(tiny: System) -> None:
    async with tiny.client() as assistant:
        session = await assistant.session()
        begun = await assistant.run(session, "sleep 60", wait_ms=300)
        while await held(tiny) < 950_000:
            await filled(tiny, 20_000, step=20_000)
        await asyncio.sleep(1.1)  # what the front knows about the log's size is old now
        refused = await assistant.call("open_session", wait_ms=0)
        assert refused["error"]["code"] == "log_full"
        stopped = await assistant.call("interrupt_command", command_id=begun["command_id"])
        done = await assistant.call("wait_command", command_id=begun["command_id"], wait_ms=10000)
        assert (stopped["stopped"], done["status"]) == (True, "interrupted")


async def test_a_shell_that_ends_while_the_log_is_full_takes_no_other_with_it(
    tiny: System,
) -> None:
    async with tiny.client() as assistant:
        ends, stays = await assistant.session(), await assistant.session()
        opened = await tiny.until(is_fact("SessionOpened", session_id=ends))
        with pytest.raises(LogFull):
            await filled(tiny, 2 * MIB, step=20_000)
        with pytest.raises(LogFull):  # to the last byte
            await filled(tiny, MIB, step=1001)
        os.kill(opened.event.pid, signal.SIGKILL)
        await until_let_go(tiny, ends)
        async with tiny.broker.connect("operator") as operator:
            await provision(operator, small_config().clustering)
        closed = await tiny.until(is_fact("SessionClosed", session_id=ends))
        assert closed.event.reason == "exited"
        assert (await assistant.run(stays, "echo hi"))["exit_code"] == 0


async def until_let_go(system: System, session: str) -> None:
    """Wait until the driver no longer knows the terminal, and so is about to say why."""
    which = LookAt(session_id=session)
    async with asyncio.timeout(5):
        while True:
            try:
                await ask(system.log.client, terminals_of("test"), CONTEXT, which)
            except Declined:
                return


async def held(system: System) -> int:
    """How many bytes the log holds: the policy is in it."""
    async with system.broker.connect("operator") as operator:
        reply = await operator.request("$JS.API.STREAM.INFO.EVENTS", b"", timeout=5)
    return json.loads(reply.data)["state"]["bytes"]


async def filled(system: System, size: int, step: int = 95_000) -> None:
    """Fill the log with about `size` bytes of harmless facts."""
    async with system.broker.connect("mcp_front") as client:
        log = Log(client, "test", Clock(), "mcp_front")
        for _ in range(size // step):
            fact = ToolCallServed(principal="x" * (step - 1000), tool="list_sessions")
            await log.append(Draft(event=fact, actor="tester"))


async def test_a_front_cannot_grant_its_own_call(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        asked = await assistant.run(session, "touch -c nothing", wait_ms=1000)
        question = await running.until(is_fact("ApprovalRequested", call_id=asked["command_id"]))
        forged = granted(
            asked["command_id"],
            session_id=session,
            approval_id=asked["approval_id"],
            digest=question.event.digest,
            valid_until=question.event.expires_at,
        )
        async with running.broker.connect("mcp_front") as front:
            log = Log(front, "test", Clock(), "mcp_front")
            with pytest.raises(LogUnavailable):
                await log.append(Draft(event=forged, actor="mcp_front"), patience=1)
        assert await running.of_call(asked["command_id"]) == [
            "ToolCallRequested", "ApprovalRequested",
        ]  # fmt: skip
