"""In which order clients are answered, and the transaction that makes all others wait."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.iterm2_server.app import App
from tests.iterm2_server.subscriptions import Listener


@dataclass
class Turns:
    """One thing at a time; during a transaction everything else waits, without a limit."""

    app: App
    thawed: asyncio.Event
    owner: Listener | None = None
    _waiting: list[tuple[Listener, Callable[[], None]]] = field(
        default_factory=list[tuple[Listener, Callable[[], None]]]
    )

    def take(self, listener: Listener, work: Callable[[], None]) -> None:
        """Do this now, or after the transaction of another client."""
        if self.owner in (None, listener):
            work()
        else:
            self._waiting.append((listener, work))

    def begin(self, listener: Listener) -> bool:
        """Freeze everything; false where it is frozen already."""
        if self.owner is not None:
            return False
        self.owner = listener
        self.thawed.clear()
        self.app.notices.freeze()
        for session in self.app.everything():
            session.freeze()
        return True

    def end(self) -> bool:
        """Let everything go on; false where nothing was frozen."""
        if self.owner is None:
            return False
        self.owner = None
        for session in self.app.everything():
            session.thaw()
        self.app.notices.thaw()
        self.thawed.set()
        asyncio.get_running_loop().call_soon(self._go_on)
        return True

    def _go_on(self) -> None:
        while self._waiting and self.owner in (None, self._waiting[0][0]):
            _, work = self._waiting.pop(0)
            work()

    def forget(self, listener: Listener) -> None:
        """A client is gone: so is its transaction."""
        self._waiting = [each for each in self._waiting if each[0] is not listener]
        if self.owner is listener:
            self.end()
