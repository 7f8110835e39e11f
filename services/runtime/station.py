"""What every service starts from: its home, its configuration, its login, and when to stop."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import msgspec

from projections import approvers, calls, rates, sessions, taints, terminals
from projections.code import code_hash
from projections.sinks.sqlite import SqliteFolds
from projections.terminals import Terminals
from services.policy.configured import Additions
from services.runtime import broker, keys, rule_files
from services.runtime.background import Background
from services.runtime.clock import Clock
from services.runtime.config import Home
from services.runtime.connection import connect
from services.runtime.log import Log
from services.runtime.projector import Fold, Projector
from services.runtime.rpc import Exchange
from services.runtime.settings import Config

VERSION = "0.1.0"


class Station(msgspec.Struct, frozen=True):
    """Where a service works. `stopping` is set when it is to leave in good order.

    Services in one process share one clock, one exchange for their questions, and one reader of
    the log: each event is then read and folded once for all of them.
    """

    home: Home
    config: Config
    stopping: asyncio.Event
    clock: Clock = msgspec.field(default_factory=Clock)
    shared: Projector[Terminals] | None = None
    exchange: Exchange = msgspec.field(default_factory=Exchange)

    @property
    def digest_key(self) -> bytes:
        """The key of all keyed digests."""
        return keys.digest_key(self.home.keys)

    @property
    def own_places(self) -> tuple[str, ...]:
        """What belongs to us here, as a command would name it: our home and the broker."""
        return (str(self.home.root), *broker.names(self.config.clustering))

    @property
    def additions(self) -> Additions:
        """What configuration and rule files say about safety, and what belongs to us here.

        Raises PolicyError for a file that is not there to be trusted.
        """
        safety = self.config.safety
        workspaces = rule_files.of_workspaces(safety.workspaces)
        own = (*self.own_places, *rule_files.places(safety.workspaces))
        return Additions(
            default_tier=safety.default_tier,
            blacklist_patterns=safety.blacklist_patterns,
            own_paths=own,
            assurance=safety.assurance,
            mode=safety.mode,
            files=rule_files.everywhere(self.home),
            workspaces=workspaces,
        )

    @asynccontextmanager
    async def log(self, user: keys.User) -> AsyncGenerator[Log]:
        """Log in to the broker as `user`. Raises BrokerUnavailable, BrokerUnreachable."""
        at = broker.address(self.home, self.config)
        async with connect(broker.login(self.home, at, user)) as client:
            yield Log(client, self.config.clustering.node, self.clock, user)

    def folds(self, user: keys.User, *, writes: bool = True) -> SqliteFolds:
        """Return where a service keeps its fold of the terminals."""
        code = code_hash(terminals, calls, sessions, approvers, rates, taints)
        return SqliteFolds(self.home.state / f"{user}.sqlite", code, writes=writes)

    def reader(self, log: Log, user: keys.User, *, writes: bool = True) -> Projector[Terminals]:
        """Return a reader of the log that folds sessions and calls, and keeps the fold."""
        fold = Fold(terminals.initial, terminals.evolve)
        return Projector(log, fold, self.folds(user, writes=writes))

    def terminals(self, log: Log, user: keys.User, tasks: Background) -> Projector[Terminals]:
        """Return the fold of sessions and calls: the shared one, or one that runs in `tasks`."""
        if self.shared is not None:
            return self.shared
        own = self.reader(log, user)
        tasks.start(own.run())
        return own
