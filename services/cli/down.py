"""`eim down`: stops the stack of this home."""

import time
from typing import Final

import psutil

from services.cli import here
from services.cli.left_behind import end, end_tmux, terminals_left, tmux_left
from services.cli.record import running_stack
from services.cli.refused import Refused
from services.runtime.config import Home
from services.runtime.station import Station

STOPPED_WITHIN: Final = 60.0
"""Seconds; the driver, the other services and the broker each have their time to leave."""


def down() -> int:
    """Stop what runs, in good order."""
    station = here.station()
    home = station.home
    running = running_stack(home)
    if running is None:
        print(_end_what_was_left(station) or f"Nothing runs for {home.root}.")
        return 0
    psutil.Process(running.pid).terminate()
    if not _gone(home, running.pid):
        raise Refused(
            f"process {running.pid} has not stopped within {STOPPED_WITHIN:.0f} s; terminals and"
            f" running commands are lost if you end it with: kill -9 {running.pid}"
        )
    print(f"Stopped process {running.pid}.")
    return 0


def _end_what_was_left(station: Station) -> str:
    """End the terminals of a stack that was killed; return what to say about it."""
    pid = terminals_left(station)
    if pid and not end(pid):
        raise Refused(f"the terminals of a killed stack do not end; end them with: kill -9 {pid}")
    if there := tmux_left(station):
        end_tmux(there)
        return f"Ended the terminals of a stack that was killed ({there})."
    return f"Ended the terminals of a stack that was killed (process {pid})." if pid else ""


def _gone(home: Home, pid: int) -> bool:
    until = time.monotonic() + STOPPED_WITHIN
    while (running := running_stack(home)) and running.pid == pid:
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True
