"""The floor beside which a call is measured: its own broker and its own MCP server."""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
from mcp import Client, StdioServerParameters

from benchmarks.timing import Call
from services.runtime.nats_server import find

HERE = Path(__file__).parent


class _Ports(msgspec.Struct):
    nats: list[str]


@asynccontextmanager
async def floor(host: str = "pty") -> AsyncIterator[Call]:
    """Run the floor: its own broker, its own MCP server."""
    with tempfile.TemporaryDirectory() as folder:
        ports = Path(folder, "ports")
        ports.mkdir()
        broker = await asyncio.create_subprocess_exec(
            str(find()), "-c", str(HERE / "floor_broker.conf"), "-sd", folder,
            "--ports_file_dir", str(ports), stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        while not (found := list(ports.glob("*.ports"))):
            await asyncio.sleep(0.05)
        url = msgspec.json.decode(found[0].read_bytes(), type=_Ports).nats[0]
        server = StdioServerParameters(
            command=sys.executable, args=[str(HERE / "floor_server.py"), url]
        )
        async with Client(server) as client:

            async def call(lane: int) -> None:
                answer = await client.call_tool("floor", {"shell": lane, "host": host})
                assert not answer.is_error, answer

            yield call
        broker.terminate()
        await broker.wait()
