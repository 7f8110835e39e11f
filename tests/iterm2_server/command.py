"""The command line of the server."""

import argparse
import asyncio
import signal
import sys
from contextlib import ExitStack
from pathlib import Path

from tests.iterm2_server.journal import Journal
from tests.iterm2_server.server import Options, iterm2_server

PROTOCOLS = {"1.11": (1, 11), "1.17": (1, 17)}


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="iterm2_server", description="iTerm2's API, for tests")
    parser.add_argument("--home", type=Path, required=True, help="whose Library holds the socket")
    parser.add_argument("--protocol", choices=PROTOCOLS, default="1.17")
    parser.add_argument("--shell", default="/bin/bash")
    parser.add_argument("--no-integration", action="store_true", help="shells print no marks")
    parser.add_argument("--api-off", action="store_true", help="as if it were not enabled")
    parser.add_argument("--undo", type=float, help="seconds in which a close can be undone")
    parser.add_argument("--log", type=Path, help="where requests are logged, if not on stderr")
    asyncio.run(_serve(parser.parse_args()))


async def _serve(asked: argparse.Namespace) -> None:
    options = Options(
        protocol=PROTOCOLS[asked.protocol],
        shell=asked.shell,
        integration=not asked.no_integration,
        undo_seconds=asked.undo,
        enabled=not asked.api_off,
    )
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    with ExitStack() as files:
        out = files.enter_context(asked.log.open("a")) if asked.log else sys.stderr
        async with iterm2_server(asked.home.resolve(), options, Journal(out)) as server:
            cookie = server.jar.mint(reusable=True)
            (asked.home / "cookie").write_text(cookie)
            print("READY", f"HOME={server.place.home} ITERM2_COOKIE={cookie}", flush=True)
            await stopped.wait()


if __name__ == "__main__":
    main()
