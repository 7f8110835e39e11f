"""Load, decide, append with the expected sequence: the one rhythm of everything that decides."""

from collections.abc import Callable, Mapping
from typing import Protocol

from events.recorded import Recorded
from services.runtime.log import Conflict, Draft, Log

TRIES = 8
"""How often a decision is made anew because its session moved on meanwhile."""


class Folded(Protocol):
    """A state that knows where each session's log ends."""

    @property
    def newest(self) -> Mapping[str, int]:
        """The sequence of each session's last event."""
        ...


class Reader[S](Protocol):
    """What settle needs of a projector."""

    @property
    def state(self) -> S:
        """The fold as it is now."""
        ...

    async def reached(self, sequence: int, patience: float = 5.0) -> None:
        """Wait until the event at `sequence` is in the state."""
        ...

    async def caught_up_with(self, recorded: Recorded) -> None:
        """Have this event in the state."""
        ...


async def settle[S: Folded](
    log: Log,
    reader: Reader[S],
    session_id: str,
    decide: Callable[[S], Draft | None],
    patience: float = 15.0,
) -> int:
    """Append what `decide` says about the newest state; return its sequence, 0 for nothing.

    Raises Conflict after TRIES rounds, LogUnavailable, LogFull.
    """
    for _ in range(TRIES):
        draft = decide(reader.state)
        if draft is None:
            return 0
        try:
            expected = reader.state.newest.get(session_id, 0)
            stored = await log.store(draft, expected, patience)
        except Conflict as moved:
            await reader.reached(moved.newest)
            continue
        if stored.repeated:  # perhaps by another process, with other content
            await reader.reached(stored.sequence)
        else:
            await reader.caught_up_with(log.as_recorded(draft, stored.sequence))
        return stored.sequence
    raise Conflict(f"{session_id} kept moving", 0)
