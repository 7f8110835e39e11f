"""Decisions tested as data: given these events, when this is decided, then these events follow."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import reduce

from events.base import SessionEvent
from events.envelope import Envelope
from events.recorded import Recorded
from events.subjects import subject_of
from projections import terminals
from projections.terminals import Terminals

NOW = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)


def recorded(event: SessionEvent, sequence: int, node: str = "mac1") -> Recorded:
    """Return an event as the log would hold it at this sequence."""
    envelope = Envelope(id=f"e{sequence}", time=NOW, source="/mac1/test", actor="test")
    subject = subject_of(node, event)
    return Recorded(
        sequence=sequence, subject=subject, event=event, envelope=envelope, stored_at=NOW
    )


def history(*events: SessionEvent) -> list[Recorded]:
    """Return a log of these events, counted from 1."""
    return [recorded(event, sequence) for sequence, event in enumerate(events, 1)]


def fold(*events: SessionEvent, state: Terminals = terminals.initial) -> Terminals:
    """Return what services know after these events."""
    return reduce(terminals.evolve, history(*events), state)


class Decided:
    """What was decided."""

    def __init__(self, event: SessionEvent | None) -> None:
        self.event = event

    def then(self, *expected: SessionEvent) -> None:
        """Check that exactly these events follow; none at all where nothing is given."""
        assert [event for event in [self.event] if event is not None] == list(expected)


class Given:
    """What happened before."""

    def __init__(self, *events: SessionEvent) -> None:
        self.state = fold(*events)

    def when(self, decide: Callable[[Terminals], SessionEvent | None]) -> Decided:
        """Decide on that."""
        return Decided(decide(self.state))
