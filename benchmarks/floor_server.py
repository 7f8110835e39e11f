"""The floor: an MCP tool that does only what a recorded command costs at least.

One no-op tool of the mcp package over stdio, four synchronous acknowledgements of a stream that
syncs each message, and one echo in a live bash on a PTY. No review, no fold, no recording.
"""

import asyncio
import itertools
import os
import pty
import re
import sys

import nats
from mcp.server import MCPServer

SUBJECTS = "floor.>"
ACKS = 4
SERVER = f"floor{os.getpid()}"


class Shell:
    """A bash on a PTY, or in tmux in control mode; `echo` returns when its marker was printed."""

    def __init__(self, host: str, name: str) -> None:
        bash = ["bash", "--norc", "--noprofile", "-i"]
        tmux = ["tmux", "-L", SERVER, "-f", "/dev/null", "-C"]
        self.tmux = host == "tmux"
        pid, self.master = pty.fork()
        if pid == 0:
            argv = [*tmux, "new-session", "-s", name, *bash] if self.tmux else bash
            os.execvp(argv[0], argv)  # noqa: S606
        os.set_blocking(self.master, False)
        self.seen = b""
        self.wanted: tuple[re.Pattern[bytes], asyncio.Future[None]] | None = None
        asyncio.get_running_loop().add_reader(self.master, self.read)

    def read(self) -> None:
        self.seen += os.read(self.master, 65536)
        if self.wanted and self.wanted[0].search(self.seen):
            self.wanted[1].set_result(None)
            self.wanted, self.seen = None, b""

    async def echo(self, number: int) -> None:
        done = asyncio.get_running_loop().create_future()
        if self.tmux:
            self.wanted = (re.compile(rb"%%output %%\d+ (.*01[25])?hi %d\\015" % number), done)
            os.write(self.master, b"send-keys 'echo hi %d' Enter\n" % number)
        else:
            self.wanted = (re.compile(rb"[\r\n]hi %d\r\n" % number), done)
            os.write(self.master, b"echo hi %d\n" % number)
        await done


async def main() -> None:
    client = await nats.connect(sys.argv[1])
    stream = client.jetstream()
    await stream.add_stream(name="FLOOR", subjects=[SUBJECTS])
    shells: dict[int, Shell] = {}
    numbers = itertools.count()
    server = MCPServer("floor")

    @server.tool()
    async def floor(shell: int, host: str = "pty") -> str:
        number = next(numbers)
        for _ in range(ACKS):
            await stream.publish(f"floor.{shell}", b"x" * 366)
        if shell not in shells:
            shells[shell] = Shell(host, f"s{shell}")
        await shells[shell].echo(number)
        return f"hi {number}"

    await server.run_stdio_async()
    if any(shell.tmux for shell in shells.values()):
        ended = await asyncio.create_subprocess_exec("tmux", "-L", SERVER, "kill-server")
        await ended.wait()


asyncio.run(main())
