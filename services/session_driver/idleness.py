"""Closes terminals in which nothing happens for too long."""

import asyncio
import time

import psutil

from services.session_driver.closing import IDLE
from services.session_driver.live import Live
from services.session_driver.outcomes import Outcomes
from services.session_driver.terminals import OpenTerminals

LOOKS, LONGEST = 10, 60.0
"""How often to look within the time that a terminal has, and the most seconds between two looks."""


class Idleness:
    """Knows since when each terminal has printed nothing."""

    def __init__(self, outcomes: Outcomes, terminals: OpenTerminals) -> None:
        self._calls = outcomes.terminals
        self._terminals = terminals
        self._printed: dict[str, tuple[int, float]] = {}

    async def close_after(self, seconds: float) -> None:
        """Close, for ever, whatever was idle for so many seconds; 0 closes nothing."""
        while seconds:
            await asyncio.sleep(min(LONGEST, seconds / LOOKS))
            now = time.monotonic()
            live = [*self._terminals.live.values()]
            quiet = [each for each in live if now - self._last(each, now) >= seconds]
            for each in quiet:
                if not self._in_use(each):
                    each.closed_by = IDLE
                    self._terminals.tasks.start(_closed(each))
            self._forget()

    def _last(self, live: Live, now: float) -> float:
        """Return when something was last printed or typed, as far as looking now and then tells."""
        session_id, offset = live.opened.session_id, live.terminal.offset
        if self._printed.get(session_id, (-1, now))[0] != offset:
            self._printed[session_id] = (offset, now)
        return max(self._printed[session_id][1], live.acted)

    def _in_use(self, live: Live) -> bool:
        """Whether a call runs or waits in it, a person or a program is there, or it is closed."""
        waiting = self._calls.state.calls.of(live.opened.session_id)
        person = live.control or live.audience.views
        return bool(waiting or person or live.call_id or live.closed_by) or _runs(live.terminal.pid)

    def _forget(self) -> None:
        gone = self._printed.keys() - self._terminals.live.keys()
        for session_id in gone:
            del self._printed[session_id]


def _runs(shell: int) -> bool:
    """Whether the shell started something that has not ended, in front or behind."""
    try:
        return bool(psutil.Process(shell).children())
    except psutil.Error:
        return False


async def _closed(live: Live) -> None:
    await live.terminal.close()
