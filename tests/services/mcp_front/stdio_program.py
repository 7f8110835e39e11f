"""A process that serves a recording front over stdio, for the tests of the transport."""

import asyncio
import signal
import sys

from services.mcp_front import stdio
from services.mcp_front.identity import always
from services.mcp_front.ports import Caller
from services.mcp_front.server import build_server
from services.mcp_front.views import CallView
from tests.services.mcp_front.recording_front import RUNNING, RecordingFront


def noisy() -> CallView:
    print("a stray print")
    return RUNNING


async def main() -> None:
    front = RecordingFront()
    front.call = noisy
    serving = asyncio.ensure_future(
        stdio.serve(build_server(front, always(Caller(principal="local")), "1.2.3"))
    )
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, serving.cancel)
    await asyncio.wait({serving})
    sys.exit(3 if serving.cancelled() else 0)


if __name__ == "__main__":
    asyncio.run(main())
