"""Time: the later of our own clock and the newest time that the broker has stamped."""

import time
from collections.abc import Callable
from datetime import UTC, datetime


def _wall() -> datetime:
    return datetime.now(UTC)


class Clock:
    """Tells the time. A clock set back cannot revive what has expired in the log.

    Tests pass their own two functions; services use the defaults.
    """

    def __init__(
        self,
        wall: Callable[[], datetime] = _wall,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wall = wall
        self._newest = datetime.min.replace(tzinfo=UTC)
        self.monotonic = monotonic

    def now(self) -> datetime:
        """Return the time in UTC, never earlier than what the log has shown."""
        return max(self._wall(), self._newest)

    def observe(self, stored_at: datetime) -> None:
        """Take in the broker's time of a stored event."""
        self._newest = max(self._newest, stored_at)
