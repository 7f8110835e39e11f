"""What this machine must have: a Python, a nats-server, free ports, shells, room on the disk."""

import platform
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from services.cli import here
from services.cli.finding import Finding, note, ok, wrong
from services.cli.readiness import HOST as HEALTH_HOST
from services.cli.record import running_stack
from services.runtime import nats_server
from services.runtime.layers import variable
from services.runtime.settings import MIB, Config
from services.runtime.station import Station
from services.runtime.tmux import HOW_TO_INSTALL, TmuxUnavailable, find_tmux, version_of

OLDEST: Final = (3, 12)
SHELLS: Final = ("bash", "zsh", "fish")
LITTLE, TOO_LITTLE = 2048 * MIB, 256 * MIB


def machine(station: Station) -> Iterator[Finding]:
    """Look at what does not belong to us."""
    yield python()
    yield broker_program(station.config)
    yield from ports(station)
    yield from shells()
    yield tmux(station.config)
    yield path()
    yield disk(station.home.root)


def python() -> Finding:
    """The Python that runs this."""
    text = f"{platform.python_version()} at {sys.executable}"
    if sys.version_info[:2] < OLDEST:
        return wrong("Python", text, "install Python 3.12 or later, then run: make setup")
    return ok("Python", text)


def broker_program(config: Config) -> Finding:
    """The nats-server that would be started."""
    if config.clustering.nats_url:
        return ok("broker", f"runs elsewhere: {config.clustering.nats_url}")
    try:
        found = nats_server.find()
    except nats_server.BrokerUnavailable as error:
        return wrong("broker", str(error), nats_server.HOW_TO_INSTALL)
    return ok("broker", str(found.resolve()))


def ports(station: Station) -> Iterator[Finding]:
    """The ports that a start would take."""
    if running := running_stack(station.home):
        yield ok("ports", f"in use by the stack that runs as process {running.pid}")
        return
    server, cluster = station.config.server, station.config.clustering
    wanted = {
        "server.port": (server.host, server.port),
        "server.healthPort": (HEALTH_HOST, server.health_port),
    }
    if not cluster.nats_url:
        wanted["clustering.brokerPort"] = ("127.0.0.1", cluster.broker_port)
    for name, (host, port) in wanted.items():
        yield _port(name, host, port)


def _port(name: str, host: str, port: int) -> Finding:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            step = f"stop what uses it (lsof -i :{port} names it), or set {name} ({variable(name)})"
            return wrong("port", f"{host}:{port}: {error.strerror}", step)
    return ok("port", f"{host}:{port} is free ({name})")


def shells() -> Iterator[Finding]:
    """The shells that report the end of each command exactly."""
    found = [shell for shell in SHELLS if shutil.which(shell)]
    if not found:
        yield wrong("shells", "no bash, zsh or fish on PATH", "install bash")
    else:
        yield ok("shells", ", ".join(found))
    own = Path(here.variable("SHELL") or "sh").name
    if own not in SHELLS:
        text = f"your shell is {own}, where the end of a command can only be inferred"
        yield note("shells", text, 'have sessions opened with shell="bash" or "zsh"')


def tmux(config: Config) -> Finding:
    """The tmux in which sessions can live, and whose panes can be adopted."""
    try:
        found = find_tmux()
    except TmuxUnavailable as error:
        if config.terminal.backend == "tmux":
            return wrong("tmux", str(error), HOW_TO_INSTALL)
        return note("tmux", f"{error}, so no session can live in it", HOW_TO_INSTALL)
    return ok("tmux", f"{version_of(found)} at {found}")


def path() -> Finding:
    """Whether `eim` is found by its name."""
    if found := shutil.which("eim"):
        return ok("PATH", f"eim is {found}")
    beside = Path(sys.executable).parent
    return note("PATH", "eim is not on PATH", f'add it: export PATH="{beside}:$PATH"')


def disk(root: Path) -> Finding:
    """The room that is left where the log is."""
    existing = next(folder for folder in (root, *root.parents) if folder.exists())
    free = shutil.disk_usage(existing).free
    text = f"{free // MIB} MiB free at {existing}"
    if free < TOO_LITTLE:
        return wrong("disk", text, "make room: the log takes no events on a full disk")
    if free < LITTLE:
        return note("disk", text, "the log and the recordings may grow to several GiB; make room")
    return ok("disk", text)
