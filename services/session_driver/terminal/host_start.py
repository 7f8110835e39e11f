"""Where a node's terminal-host is, and how it is started where there is none."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from services.contract.terminal_host import LINGER, lock_of, socket_of
from services.runtime import orphan
from services.runtime.config import Home, user_environment
from services.runtime.lock import Taken, only_one
from services.runtime.unix_socket import address_of, uid_of_peer

START_WITHIN: Final = 10.0
LOG_BYTES: Final = 10 * 1024 * 1024
PAUSE: Final = 0.01
ROOT: Final = Path(__file__).parents[3]


class HostUnavailable(RuntimeError):
    """The terminal-host does not answer, and could not be started."""


@dataclass(frozen=True, slots=True)
class HostPlace:
    """The terminal-host of a node; it ends after `linger` seconds without terminal and driver."""

    home: Home
    node: str
    linger: float = LINGER

    @property
    def socket(self) -> Path:
        """Where it answers."""
        return socket_of(self.home.run, self.node)

    @property
    def lock(self) -> Path:
        """What it holds while it runs; names its process."""
        return lock_of(self.home.run, self.node)

    @property
    def log(self) -> Path:
        """What it says about itself."""
        return self.home.logs / f"terminal_host.{self.node}.log"


async def reach(place: HostPlace) -> socket.socket:
    """Return a connection to the host, started if there is none.

    Raises HostUnavailable, PathTooLong.
    """
    until = time.monotonic() + START_WITHIN
    if connection := await knock(place):
        return connection
    async with _starting_alone(place, until):
        child = 0
        while True:
            if connection := await knock(place):
                return connection
            if child and (not _lives(child) or time.monotonic() > until):
                raise HostUnavailable(_why(place))
            child = child or await asyncio.to_thread(_start, place)
            await asyncio.sleep(PAUSE)


async def knock(place: HostPlace) -> socket.socket | None:
    """Return a connection, None where nobody listens. Raises HostUnavailable."""
    address = address_of(place.socket)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.setblocking(False)
    try:
        await asyncio.get_running_loop().sock_connect(connection, address)
        _check(connection, address)
    except (FileNotFoundError, ConnectionRefusedError, ConnectionResetError):
        connection.close()
        return None
    except BaseException:
        connection.close()
        raise
    return connection


def _check(connection: socket.socket, address: str) -> None:
    if uid_of_peer(connection) != os.getuid():
        raise HostUnavailable(f"{address} is another user's: remove it")


@asynccontextmanager
async def _starting_alone(place: HostPlace, until: float) -> AsyncGenerator[None]:
    lock = place.home.run / f"terminal_host.{place.node}.start"
    with ExitStack() as held:
        while True:
            try:
                held.enter_context(only_one(lock, "a start of the terminal host"))
                break
            except Taken as error:
                if time.monotonic() > until:
                    raise HostUnavailable(f"{error}, and does not end: end that process") from error
                await asyncio.sleep(PAUSE)
        yield


def _start(place: HostPlace) -> int:
    """Start a host that belongs to nobody and return its process number."""
    if place.log.exists() and place.log.stat().st_size > LOG_BYTES:
        place.log.replace(place.log.with_suffix(".log.1"))
    orphaned = [sys.executable, "-I", "-S", orphan.__file__]
    host = [sys.executable, "-m", "services.terminal_host", str(place.home.run), place.node]
    with place.log.open("ab") as log:
        pid = subprocess.check_output(
            [*orphaned, *host, str(place.linger)],
            env=user_environment(),
            cwd=ROOT,  # not ours: that may be a repository with modules of our names
            stdin=subprocess.DEVNULL,
            stderr=log,
        )
    return int(pid)


def _lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _why(place: HostPlace) -> str:
    said = place.log.read_text(errors="replace").splitlines()
    last = said[-1] if said else "it said nothing"
    return f"the terminal host of node {place.node} did not start: {last} (see {place.log})"
