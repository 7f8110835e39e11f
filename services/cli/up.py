"""`eim up`: runs the stack in the foreground, or starts it in the background."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from services.cli import here
from services.cli.app import INTERRUPTED
from services.cli.background import log_file, shared_stack
from services.cli.record import Running
from services.runtime.logs import configure_logs
from services.runtime.loop import run_loop
from services.runtime.station import Station

STOPPING = "Stopping in good order. Once more ends it at once."


def up(
    *,
    detach: bool = False,
    follow: bool = False,
    config: str = "",
    set_: Annotated[tuple[str, ...], Parameter(name="--set")] = (),
) -> int:
    """Start everything.

    Parameters
    ----------
    detach
        Start in the background and return when all is ready.
    follow
        Also print the log, one line for each event, as it happens.
    config
        The configuration file, instead of config.json in the data folder.
    set_
        One setting, such as server.port=3500. May be given several times.
    """
    station = here.station(flags(config, set_))
    if detach:
        print(_told(station, shared_stack(station.home, _again(config, set_))))
        print(f"  It runs in the background and logs to {log_file(station.home)}")
        return 0
    run_loop(_foreground(station, follow=follow))
    print("Stopped.")
    return 0


def flags(config: str, assignments: tuple[str, ...]) -> dict[str, object]:
    """Return settings by path, as the configuration takes them."""
    pairs = (assignment.partition("=") for assignment in assignments)
    chosen: dict[str, object] = {"config": config} if config else {}
    return chosen | {name: value for name, _, value in pairs}


def _again(config: str, assignments: tuple[str, ...]) -> list[str]:
    file = config or here.variable("EIM_CONFIG")
    chosen = ["--config", str(Path(file).absolute())] if file else []
    return [*chosen, *(word for each in assignments for word in ("--set", each))]


async def _foreground(station: Station, *, follow: bool) -> None:
    from services.cli.following import print_live
    from services.cli.stack import run_stack

    _speak(station)
    _stop_on_signals(station)
    if elsewhere := station.config.clustering.nats_url:
        await here.reachable(elsewhere, "start it, or leave out NATS_URL and clustering.natsUrl")

    def ready(running: Running) -> None:
        print(_told(station, running), flush=True)

    await run_stack(station, ready, print_live if follow else None)


def _speak(station: Station) -> None:
    """Log as configured; in a terminal, only what a person should look at."""
    logging = station.config.logging
    if sys.stderr.isatty():
        configure_logs("stack", "warning" if logging.level == "info" else logging.level, "text")
    else:
        configure_logs("stack", logging.level, logging.format)


def _stop_on_signals(station: Station) -> None:
    """Leave in good order; a second interrupt ends it. A closed terminal says so twice."""
    loop = asyncio.get_running_loop()

    def stop() -> None:
        if station.stopping.is_set():
            os._exit(INTERRUPTED)
        station.stopping.set()
        print(STOPPING, file=sys.stderr, flush=True)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    loop.add_signal_handler(signal.SIGHUP, station.stopping.set)


def _told(station: Station, running: Running) -> str:
    return f"""enhanced-iterm-mcp {running.version} runs as process {running.pid}
  data            {station.home.root}
  MCP endpoint    {running.url}
  health          {running.health}
  Claude Desktop  eim connect claude-desktop
  Claude Code     eim connect claude-code
  other clients   eim connect NAME
  decide          eim approvals --watch, or eim approve ID, eim deny ID
  sign            eim enrol NAME, once: what is dangerous takes your signature
  look            eim events --follow, eim status
  stop            eim down"""
