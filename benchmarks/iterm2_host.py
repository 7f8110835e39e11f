"""`echo hi` in an adopted session of iTerm2, beside what the API itself needs for that.

Both talk to the test server, so neither says how fast iTerm2 is; the ratio says what ours adds. The
terminal alone, without a stack: in an adopted session a person is asked about each command.
"""

import itertools
import statistics
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from iterm2 import Connection, rpc

from benchmarks.timing import Call, timed
from tests.iterm2_server.server import Options, Server
from tests.iterm2_server.session import Session
from tests.support.adoption import adopted
from tests.support.iterm2 import connected, running_server, until

ROUNDS, PER_ROUND, WARM = 8, 25, 10


async def main() -> None:
    """Print p50 and p95 of both, interleaved, and their ratio."""
    low: list[float] = []
    ours: list[float] = []
    async with (
        running_server(Options(windows=2)) as server,
        _ours(server) as call,
        _floor(server) as base,
    ):
        for which in (base, call):
            await timed(which, 0, WARM)
        for _ in range(ROUNDS):
            low += await timed(base, 0, PER_ROUND)
            ours += await timed(call, 0, PER_ROUND)
    ratio = statistics.median(ours) / statistics.median(low)
    print(
        f"host     iterm2 {_times(ours)}; floor {_times(low)}; ratio {ratio:.2f}"
        " (terminal alone, test server)"
    )


@asynccontextmanager
async def _ours(server: Server) -> AsyncIterator[Call]:
    with tempfile.TemporaryDirectory() as folder:
        async with adopted(server, Path(folder)) as adoption:

            async def call(_lane: int) -> None:
                assert await adoption.output("echo hi") == "hi\n"

            yield call


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
