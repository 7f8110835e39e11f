"""Runs the driver: takes charge of its node, acts on clearances, answers about terminals."""

from collections.abc import Callable
from contextlib import closing

from services.contract.terminal import driver_lock_of
from services.contract.terminal import terminals_of as subject_of
from services.contract.view import socket_of
from services.policy.configured import configured_rules
from services.policy.rules import Rules
from services.runtime.background import Background, background
from services.runtime.config import user_environment
from services.runtime.lock import only_one
from services.runtime.reactor import Reactor
from services.runtime.rpc import answering
from services.runtime.station import VERSION, Station
from services.runtime.unix_socket import listening
from services.session_driver.control import Control
from services.session_driver.idleness import Idleness
from services.session_driver.opening import Openings, Surroundings
from services.session_driver.outcomes import Outcomes
from services.session_driver.questions import Questions
from services.session_driver.restart import Restart, leave
from services.session_driver.service import Driver
from services.session_driver.terminal.backends import Backends
from services.session_driver.terminal.host_start import HostPlace
from services.session_driver.terminal.node_host import NodeHost
from services.session_driver.terminal.people import iterm2_of
from services.session_driver.terminal.tmux.backend import TmuxBackend
from services.session_driver.terminal.tmux.persons import usual_socket
from services.session_driver.terminal.tmux.server import TmuxPlace
from services.session_driver.terminals import OpenTerminals
from services.session_driver.views.door import let_in
from services.session_driver.views.guests import Reception
from services.session_driver.views.lobby import Lobby

NAME = "session_driver"


async def run(station: Station, ready: Callable[[str], None] = print) -> None:
    """Drive this node's terminals until the station stops; tell `ready` once. Raises Taken."""
    safety, performance = station.config.safety, station.config.performance
    node = station.config.clustering.node
    rules = configured_rules(station.additions)
    around = _surroundings(station, rules)
    lock = only_one(driver_lock_of(station.home.run, node), f"a driver of node {node}")
    with lock:
        async with station.log(NAME) as log, background() as tasks:
            backends = _backends(station, tasks)
            with closing(backends):
                terminals = OpenTerminals(log, tasks, station.digest_key)
                outcomes = Outcomes(log, station.terminals(log, NAME, tasks))
                openings = Openings(terminals, around, backends)
                if iterm2 := iterm2_of(station, tasks):
                    backends.add("iterm2", iterm2)
                    openings.showing = iterm2.view
                driver = Driver(outcomes, terminals, openings, rules)
                driver.patience = safety.approval_timeout
                control = Control(terminals)
                lobby = Lobby(terminals, outcomes.terminals, control)
                terminals.welcome = Reception(lobby).welcome
                restart = Restart(driver, control, around.limit, VERSION)
                await restart.take_charge(await backends.found())
                tasks.start(Reactor(log, NAME, driver.handles(), outcomes.terminals).run())
                tasks.start(Idleness(outcomes, terminals).close_after(performance.session_timeout))
                answers = Questions(terminals, lobby, driver.adoptions).answers()
                at = socket_of(station.home.run, node)
                with station.exchange.answering(subject_of(node), answers), listening(at) as door:
                    tasks.start(let_in(door, lobby))
                    async with answering(log.client, NAME, subject_of(node), answers):
                        ready(NAME)
                        await station.stopping.wait()
                        await leave(terminals)
                        await backends.stop()


def _surroundings(station: Station, rules: Rules) -> Surroundings:
    performance = station.config.performance
    return Surroundings(
        station.home.run,
        user_environment(),
        performance.max_output_bytes_per_call,
        tuple(rules.environment),
        performance.max_sessions,
    )


def _backends(station: Station, tasks: Background) -> Backends:
    return Backends(
        pty=NodeHost(HostPlace(station.home, station.config.clustering.node)),
        tmux=TmuxBackend(_tmux_place(station), tasks),
    )


def _tmux_place(station: Station) -> TmuxPlace:
    env = user_environment()
    sockets = (usual_socket(env), *station.config.terminal.tmux_sockets)
    return TmuxPlace(station.home.run, station.config.clustering.node, env, sockets)
