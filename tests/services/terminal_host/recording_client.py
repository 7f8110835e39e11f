"""A driver to be killed: HOME FILE SCRIPT ACKED. Writes output to its place in a file.

It acks what it wrote, up to a limit, after which the program soon waits.
"""

import asyncio
import sys
from pathlib import Path

from services.runtime.config import Home
from services.session_driver.terminal.host_start import HostPlace
from services.session_driver.terminal.terminal_host import TerminalHost
from tests.support.terminal_host import asked


async def main(root: str, script: str, limit: str) -> None:
    """Record until killed."""
    host = await TerminalHost.connect(HostPlace(Home(Path(root)), "test"), print)

    def take(data: bytes) -> None:
        file.write(data)
        if pty.offset <= int(limit):
            pty.ack(pty.offset)

    pty = await host.spawn(asked(script, b"session 1"), take)
    await asyncio.Event().wait()


with Path(sys.argv[2]).open("wb", buffering=0) as file:
    asyncio.run(main(sys.argv[1], *sys.argv[3:]))
