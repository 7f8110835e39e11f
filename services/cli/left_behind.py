"""The terminals of a driver that was killed: their host, and tmux, go on without it."""

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil

from services.cli.finding import Finding, note
from services.contract.terminal import driver_lock_of, tmux_socket_of
from services.contract.terminal_host import lock_of
from services.runtime.holder import has_open
from services.runtime.station import Station
from services.runtime.tmux import find_tmux
from services.runtime.unix_socket import address_of

ENDED_WITHIN = 10.0
"""Seconds; the host hangs up its shells and leaves within two."""


def terminals_left(station: Station) -> int:
    """Return the process that holds terminals for a driver that is gone, 0 where none does."""
    where = (station.home.run, station.config.clustering.node)
    return 0 if _holder(driver_lock_of(*where)) else _holder(lock_of(*where))


def end(pid: int) -> bool:
    """End the host with its terminals; false where it does not end."""
    try:
        process = psutil.Process(pid)
        process.terminate()
        process.wait(ENDED_WITHIN)
    except psutil.NoSuchProcess:
        return True
    except psutil.TimeoutExpired:
        return False
    return True


def tmux_left(station: Station) -> Path | None:
    """Return the socket of our tmux server where it has no driver, None where all is well."""
    where = (station.home.run, station.config.clustering.node)
    there = tmux_socket_of(*where)
    return there if not _holder(driver_lock_of(*where)) and _answers(there) else None


def end_tmux(there: Path) -> None:
    """End our tmux server with its terminals. Raises TmuxUnavailable, CalledProcessError."""
    command = [find_tmux(), "-S", str(there), "kill-server"]
    subprocess.run(command, check=True, capture_output=True, timeout=ENDED_WITHIN)


def left_behind(station: Station) -> Iterator[Finding]:
    """Say whether terminals wait for a driver."""
    if pid := terminals_left(station):
        text = f"process {pid} holds those of a stack that was killed"
        yield note("terminals", text, "eim up goes on with them, eim down ends them")

    if there := tmux_left(station):
        text = f"a tmux server holds those of a stack that was killed ({there})"
        yield note("tmux sessions", text, "eim up goes on with them, eim down ends them")


def _answers(there: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        return not probe.connect_ex(address_of(there))


def _holder(lock: Path) -> int:
    try:
        pid = int(lock.read_text())
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return 0
    return pid if has_open(pid, lock) else 0
