"""`echo hi` in an adopted session of iTerm2, beside what the API itself needs for that.

Both talk to the test server, so neither says how fast iTerm2 is; the ratio says what ours adds: the
tool over stdio, review, log and recording, and reading the screen of iTerm2.
"""

import itertools
import os
import statistics
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from iterm2 import Connection, rpc

from benchmarks.stack import Stack, command, stack
from benchmarks.timing import Call, timed
from tests.iterm2_server.server import Options, Server
from tests.iterm2_server.session import Session
from tests.support.iterm2 import connected, ready, running_server, until

ROUNDS, PER_ROUND, WARM = 8, 25, 10


async def main() -> None:
    """Print p50 and p95 of both, interleaved, and their ratio."""
    low: list[float] = []
    ours: list[float] = []
    async with (
        running_server(Options(windows=2)) as server,
        stack(0, beside=_beside(server)) as running,
        _floor(server) as base,
    ):
        await _adopt(running, server)
        call = running.call
        for which in (base, call):
            await timed(which, 0, WARM)
        for _ in range(ROUNDS):
            low += await timed(base, 0, PER_ROUND)
            ours += await timed(call, 0, PER_ROUND)
    ratio = statistics.median(ours) / statistics.median(low)
    print(f"host     iterm2 {_times(ours)}; floor {_times(low)}; ratio {ratio:.2f} (test server)")


def _beside(server: Server) -> dict[str, str]:
    """Have the stack use this iTerm2."""
    path = f"{server.place.home}/bin:{os.environ['PATH']}"
    return {**server.environment(), "EIM_TERMINAL_ITERM2": "on", "PATH": path}


async def _adopt(running: Stack, server: Server) -> None:
    """Adopt the first session, as its person agrees."""
    session = await ready(server)
    asked = await running.tool("adopt_session", target=f"iterm2:{session.id}", wait_ms=1000)
    await command(running.env, "approve", asked["approval_id"])
    done = await running.tool("wait_command", command_id=asked["command_id"], wait_ms=30000)
    assert done["status"] == "completed", done
    running.sessions.append(done["session_id"])


@asynccontextmanager
async def _floor(server: Server) -> AsyncIterator[Call]:
    """Type a line, and ask for the screen until it shows the output."""
    session = list(server.app.sessions())[-1]
    await until(lambda: session.prompts.in_command)
    numbers = itertools.count()
    async with connected(server) as client:

        async def call(_lane: int) -> None:
            await _echo(client, session, f"hi {next(numbers)}")

        yield call


async def _echo(client: Connection, session: Session, text: str) -> None:
    await rpc.async_send_text(client, session.id, f"echo {text}\r", True)

    async def shown() -> bool:
        screen = await rpc.async_get_screen_contents(client, session.id)
        lines = [line.text for line in screen.get_buffer_response.contents]
        return text in lines

    await until(shown)


def _times(times: list[float]) -> str:
    p95 = statistics.quantiles(times, n=20)[-1]
    return f"p50 {statistics.median(times):.2f} ms p95 {p95:.2f} ms"
