"""Starts the host: its lock, its socket, its signals."""

import os
import signal
import socket
import sys
import time
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import Final

from services.contract.terminal_host import LINGER, lock_of, socket_of
from services.runtime.lock import Taken, only_one
from services.runtime.unix_socket import PathTooLong, listening
from services.terminal_host.host import Host
from services.terminal_host.say import say

PREDECESSOR: Final = 3.0
"""Seconds that the one before may take to end."""
PAUSE: Final = 0.02
USAGE: Final = "usage: python -m services.terminal_host RUN_FOLDER NODE [SECONDS]"


class OpenToOthers(PermissionError):
    """Other users may enter the folder of the socket."""


def main(arguments: Sequence[str]) -> None:
    """Run a host; exit 1 for a wrong call, 2 with a plain message where it cannot run."""
    try:
        folder, node, *rest = arguments
        linger = float(rest[0]) if rest else LINGER
    except ValueError:
        say(USAGE)
        sys.exit(1)
    try:
        serve(Path(folder).absolute(), node, linger)
    except (Taken, PathTooLong, OSError) as error:
        say(str(error))
        sys.exit(2)


def serve(run: Path, node: str, linger: float) -> None:
    """Hold the terminals of a node until nobody needs them. Raises Taken, PathTooLong, OSError."""
    _check(run)
    os.chdir("/")
    with _alone(lock_of(run, node), node), listening(socket_of(run, node)) as listener:
        ours, wake = socket.socketpair()
        ours.setblocking(False)
        wake.setblocking(False)
        host = Host(listener, wake, linger)
        _heed(host, ours)
        host.run()


def _check(run: Path) -> None:
    found = run.stat()
    if found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise OpenToOthers(f"{run} must belong to you alone: chmod 700 '{run}'")


@contextmanager
def _alone(lock: Path, node: str) -> Generator[None]:
    until = time.monotonic() + PREDECESSOR
    with ExitStack() as held:
        while True:
            try:
                held.enter_context(only_one(lock, f"a terminal host of node {node}"))
                break
            except Taken:
                if time.monotonic() > until:
                    raise
                time.sleep(PAUSE)
        yield


def _heed(host: Host, ours: socket.socket) -> None:
    """Have signals wake the loop; a hang-up of where we were started is none of our business."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        host.asked_to_stop = True

    def ended(_number: int, _frame: FrameType | None) -> None:
        """Do nothing here: the loop looks who it was."""

    signal.set_wakeup_fd(ours.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, ended)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
