"""Shows the files of the rules, which are loaded all at once, as one line."""

import asyncio
from collections.abc import Callable
from typing import Final

from events.policy import PolicyLayerLoaded
from events.recorded import Recorded

SETTLED: Final = 0.5
"""Seconds without another file after which that was all of them."""
LOADED: Final = "the rules are loaded: {} files"

type Show = Callable[[Recorded, str], None]


class Gathering:
    """Takes events in order; `show` gets each with what to say instead of its own words.

    What happens between two files is shown before the line about all of them.
    """

    def __init__(self, show: Show) -> None:
        self._show = show
        self._files: list[Recorded] = []
        self._timer: asyncio.TimerHandle | None = None

    def take(self, recorded: Recorded) -> None:
        """Show an event, or keep it until all files of the rules are there."""
        if not isinstance(recorded.event, PolicyLayerLoaded):
            self._show(recorded, "")
            return
        self._files.append(recorded)
        self._stop_timer()
        self._timer = asyncio.get_running_loop().call_later(SETTLED, self.flush)

    def flush(self) -> None:
        """Show what was kept."""
        self._stop_timer()
        files, self._files = self._files, []
        if files:
            self._show(files[-1], LOADED.format(len(files)) if files[1:] else "")

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
