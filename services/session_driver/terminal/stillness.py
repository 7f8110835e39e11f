"""Since when nothing was printed, and since when the shell has the keyboard again."""

import time

from services.session_driver.terminal.host import Foreground
from services.session_driver.terminal.run import Run


class Stillness:
    """What time tells of a command whose shell sends no marks."""

    def __init__(self) -> None:
        self._printed = self._away = time.monotonic()

    @property
    def quiet(self) -> float:
        """Seconds since something was printed."""
        return time.monotonic() - self._printed

    def printed(self) -> None:
        """Something was printed."""
        self._printed = time.monotonic()

    def begins(self) -> None:
        """A command is typed: whatever the shell did before is no end of it."""
        self._away = time.monotonic()

    def tell(self, run: Run, foreground: Foreground, shell: int) -> None:
        """Tell a command who has the keyboard now, and for how long."""
        now, back = time.monotonic(), foreground.pgid == shell
        if not back:
            self._away = now
        quiet = now - max(self._printed, self._away)
        run.learn(back=now - self._away if back else None, editing=foreground.editing, quiet=quiet)
