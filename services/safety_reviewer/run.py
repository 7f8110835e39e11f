"""Runs the reviewer: its fold, its consumer, its desk and its watch over time."""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from events.policy import PolicyLayerLoaded
from services.contract.approval import REVIEWER as SUBJECT
from services.policy.configured import Additions, all_layers, configured_rules
from services.policy.knowledge.load import texts
from services.policy.layer import LayerName
from services.runtime.background import background
from services.runtime.config import Home
from services.runtime.lock import only_one
from services.runtime.reactor import Reactor
from services.runtime.rpc import answering
from services.runtime.station import Station
from services.safety_reviewer.desk import Desk
from services.safety_reviewer.service import Reviewer
from services.safety_reviewer.verdicts import Bench, Questions

NAME = "safety_reviewer"


async def run(station: Station, ready: Callable[[str], None] = print) -> None:
    """Review until the station stops; `ready` is told once. Raises Taken."""
    node = station.config.clustering.node
    with only_one(_lock(station.home, node), f"a safety reviewer of node {node}"):
        await _review(station, ready)


async def _review(station: Station, ready: Callable[[str], None]) -> None:
    safety = station.config.safety
    additions = station.additions
    patience = timedelta(seconds=safety.approval_timeout)
    most = Questions(safety.max_open_approvals, safety.max_open_approvals_per_client)
    bench = Bench(configured_rules(additions), station.digest_key, patience, most)
    async with station.log(NAME) as log, background() as tasks:
        terminals = station.terminals(log, NAME, tasks)
        reviewer = Reviewer(log, terminals, bench, station.exchange)
        await reviewer.publish_policy(published(additions))
        tasks.start(reviewer.keep_time())
        tasks.start(Reactor(log, NAME, reviewer.handles(), terminals).run())
        async with answering(log.client, NAME, SUBJECT, Desk(reviewer).answers()):
            ready(NAME)
            await station.stopping.wait()


def _lock(home: Home, node: str) -> Path:
    return home.run / f"{NAME}.{node}.lock"


def published(additions: Additions) -> list[PolicyLayerLoaded]:
    """Return the facts that store each policy file in force."""
    own = [_stored(layer.name, layer.path, layer.content) for layer in all_layers(additions)]
    return own + [_stored("built-in", path, content) for path, content in texts()]


def _stored(layer: LayerName, path: str, content: str) -> PolicyLayerLoaded:
    digest = sha256(content.encode()).hexdigest()
    return PolicyLayerLoaded(layer=layer, path=path, sha256=digest, content=content)
