"""A projector: reads the log in order, folds it, and remembers how far it came."""

import asyncio
import logging
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Protocol

import msgspec

from events.recorded import Recorded
from services.runtime.follow import Follower
from services.runtime.log import Log

logger = logging.getLogger(__name__)
SAVE_EVERY = 2.0
"""Seconds between two savings of the fold."""


class Store(Protocol):
    """Where a fold and its position are kept, in one transaction."""

    async def load(self) -> tuple[int, bytes]:
        """Return the position and the fold that this very code saved last, or (0, b"")."""
        ...

    async def save(self, position: int, state: bytes, folded: Sequence[Recorded]) -> None:
        """Keep the fold, together with the events that led to it since the last save."""
        ...


class Fold[S: msgspec.Struct](msgspec.Struct, frozen=True):
    """A pure fold: where it starts and how one event changes it."""

    initial: S
    evolve: Callable[[S, Recorded], S]


class Projector[S: msgspec.Struct]:
    """Holds the fold of the log; `state` is current up to `position`."""

    def __init__(self, log: Log, fold: Fold[S], store: Store | None = None) -> None:
        self._log = log
        self._fold = fold
        self._store = store
        self._follower = Follower(log, 0, self._take)
        self._unsaved: list[Recorded] = []
        self._saving = asyncio.Lock()
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []
        self._listeners: list[Callable[[Recorded], None]] = []
        self.state = fold.initial

    @property
    def position(self) -> int:
        """The sequence of the newest event in the state."""
        return self._follower.position

    @contextmanager
    def telling(self, *listeners: Callable[[Recorded], None]) -> Generator[None]:
        """Hand each event to these, right after it was folded, while the block runs."""
        self._listeners += listeners
        try:
            yield
        finally:
            self._listeners = [one for one in self._listeners if one not in listeners]

    async def run(self) -> None:
        """Restore the saved fold, then follow the log for ever. Raises LogGap."""
        if self._store is None:
            await self._follower.run()
            return
        await self._restore(self._store)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._follower.run())
            tasks.create_task(self._save_often())

    async def ready(self) -> None:
        """Wait until the state holds everything that was stored when the service started."""
        await self._follower.caught_up.wait()

    async def caught_up_with(self, recorded: Recorded) -> None:
        """Have this event in the state, without waiting for its live copy where it is the next."""
        self._follower.offer(recorded)
        await self.reached(recorded.sequence)

    async def reached(self, sequence: int, patience: float = 5.0) -> None:
        """Wait until the event at `sequence` is folded. Raises TimeoutError after `patience` s."""
        if self.position >= sequence:
            return
        here: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((sequence, here))
        async with asyncio.timeout(patience):
            await here

    def _take(self, recorded: Recorded) -> None:
        self.state = self._fold.evolve(self.state, recorded)
        if self._store is not None:
            self._unsaved.append(recorded)
        self._wake(recorded.sequence)
        for listener in self._listeners:
            listener(recorded)

    def _wake(self, sequence: int) -> None:
        if not self._waiting:
            return
        for wanted, future in self._waiting:
            if wanted <= sequence and not future.done():
                future.set_result(None)
        self._waiting = [pair for pair in self._waiting if not pair[1].done()]

    async def _restore(self, store: Store) -> None:
        position, state = await store.load()
        if position:
            self.state = msgspec.msgpack.decode(state, type=type(self._fold.initial))
            self._follower.position = position
            logger.info("restored the fold at event %d", position)

    async def _save_often(self) -> None:
        try:
            while True:
                await asyncio.sleep(SAVE_EVERY)
                await self.save()
        finally:
            await asyncio.shield(self.save())

    async def save(self) -> None:
        """Keep the fold; what could not be kept is kept with the next."""
        async with self._saving:
            folded = list(self._unsaved)
            if self._store is None or not folded:
                return
            await self._store.save(folded[-1].sequence, msgspec.msgpack.encode(self.state), folded)
            del self._unsaved[: len(folded)]
