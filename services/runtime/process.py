"""One service as a process of its own: `python -m services.<name>`."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from services.runtime import config
from services.runtime.broker import BrokerUnavailable
from services.runtime.connection import BrokerUnreachable
from services.runtime.data_folder import HomeUnusable, check_place
from services.runtime.keys import KeyPermissionError
from services.runtime.layers import ConfigError
from services.runtime.lock import Taken
from services.runtime.logs import configure_logs
from services.runtime.loop import run_loop
from services.runtime.station import Station

type Run = Callable[[Station, Callable[[str], None]], Awaitable[None]]
FORESEEN = (
    BrokerUnavailable,
    BrokerUnreachable,
    ConfigError,
    HomeUnusable,
    KeyPermissionError,
    Taken,
)


def main(name: str, run: Run) -> None:
    """Run a service until SIGTERM or SIGINT; exit 2 with a plain message where it cannot."""
    argparse.ArgumentParser(
        prog=f"python -m services.{name}",
        description=f"Runs {name} alone, against the broker that `eim up` started or NATS_URL.",
    ).parse_args()
    try:
        run_loop(_until_signal(name, run))
    except* FORESEEN as group:
        sys.exit("\n".join(f"{name}: {error}" for error in group.exceptions))


async def _until_signal(name: str, run: Run) -> None:
    environ = config.environment()
    loaded = config.load({}, environ, Path.cwd())
    configure_logs(name, loaded.logging.level, loaded.logging.format)
    home = config.home(environ)
    check_place(home.root)
    station = Station(home, loaded, asyncio.Event())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, station.stopping.set)
    await run(station, _announce)


def _announce(line: str) -> None:
    """Tell whoever started the process that it works now."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
