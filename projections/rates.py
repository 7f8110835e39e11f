"""How many requests each client made of late."""

from datetime import datetime

from msgspec.structs import replace

from events.base import Value

SPAN = 60
"""Seconds that a rate is about."""


class Rate(Value):
    """Requests in the current span of time, counted since 1970, and in the one before it."""

    span: int
    now: int = 0
    before: int = 0

    def at(self, time: datetime) -> float:
        """Return how many requests fell into the last `SPAN` seconds.

        Those of the span before are taken to have come evenly.
        """
        turned = _turned(self, time)
        return turned.before * (1 - _part(time)) + turned.now

    def wait(self, time: datetime, limit: int) -> float:
        """Return how many seconds it takes, without a request, until they are below a limit."""
        turned, gone = _turned(self, time), _part(time) * SPAN
        if turned.now < limit:
            return max(0.0, _until(turned.before, limit - turned.now) - gone)
        return SPAN - gone + _until(turned.now, limit)


type Rates = dict[str, Rate]


def evolve(state: Rates, principal: str, time: datetime) -> Rates:
    """Count one request; who made none for two spans is forgotten."""
    span = _span(time)
    known = _turned(state.get(principal, Rate(span=span)), time)
    recent = {name: rate for name, rate in state.items() if rate.span >= span - 1}
    return {**recent, principal: replace(known, now=known.now + 1)}


def _turned(rate: Rate, time: datetime) -> Rate:
    """Return the rate in the span of a time; one that goes back stays in the newest span."""
    passed = _span(time) - rate.span
    if passed <= 0:
        return rate
    return Rate(span=rate.span + passed, before=rate.now if passed == 1 else 0)


def _until(count: int, room: int) -> float:
    """Return how far into the next span evenly spread requests of this one fall below `room`."""
    return max(0.0, SPAN * (1 - room / count)) if count else 0.0


def _span(time: datetime) -> int:
    return int(time.timestamp()) // SPAN


def _part(time: datetime) -> float:
    return time.timestamp() % SPAN / SPAN
