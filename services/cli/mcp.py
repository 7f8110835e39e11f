"""`eim mcp`: the server that one client starts and talks to over standard input and output."""

import asyncio
import signal
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module

from services.cli import here
from services.cli.background import shared_stack
from services.cli.entry import KEY
from services.cli.refused import Refused
from services.mcp_front.credentials import ClientKeys
from services.runtime.logs import configure_logs
from services.runtime.loop import run_loop
from services.runtime.station import Station

LOOK_AGAIN = 2.0
"""Seconds between two looks at whether the key still holds."""
NO_KEY = (
    f"a client needs a key of its own in {KEY}. `eim connect claude-desktop`, `eim connect"
    " claude-code` or `eim connect NAME` makes one and writes or prints the configuration"
)
OLD_KEY = (
    f"the key in {KEY} is not valid: it was replaced or taken back, or it belongs to another"
    " EIM_HOME. Run `eim connect` for this client again"
)


def mcp() -> int:
    """Serve one MCP client over standard input and output."""
    station = here.station()
    key = here.variable(KEY)
    if not key:
        raise Refused(NO_KEY)
    if ClientKeys(station.home.root).principal_of(key) is None:
        raise Refused(OLD_KEY)
    configure_logs("mcp", station.config.logging.level, station.config.logging.format)
    with ThreadPoolExecutor(1) as starting:
        stack = starting.submit(shared_stack, station.home)
        import_module("services.mcp_front.run")  # takes as long as the start of a stack
        stack.result()
    run_loop(_serve(station, key))
    return 0


async def _serve(station: Station, key: str) -> None:
    from services.mcp_front.ports import Caller
    from services.mcp_front.run import run_stdio

    keys = ClientKeys(station.home.root)
    principal = keys.principal_of(key) or ""
    caller = Caller(principal=principal, scopes=keys.scopes_of(principal))
    async with asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(run_stdio(station, caller))
        watching = tasks.create_task(_until_taken_back(keys, key))
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, serving.cancel)
        serving.add_done_callback(lambda _: watching.cancel())


async def _until_taken_back(keys: ClientKeys, key: str) -> None:
    while keys.principal_of(key):  # noqa: ASYNC110 - another process changes the file
        await asyncio.sleep(LOOK_AGAIN)
    raise Refused(OLD_KEY)
