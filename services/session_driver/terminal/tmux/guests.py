"""The clients of tmux that show a pane to people, as far as we know them."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Final

from services.runtime.background import Background
from services.session_driver.terminal.host import Company, Guest
from services.session_driver.terminal.tmux.activity import Activity
from services.session_driver.terminal.tmux.folder import Seat
from services.session_driver.terminal.tmux.lease import ASKS
from services.session_driver.terminal.tmux.words import Server, TmuxGone, TmuxRefused, literal

logger = logging.getLogger(__name__)
NOTICE_MS: Final = "4000"


class TmuxGuests:
    """Of one pane: in a session of our server, or wherever a person has it."""

    def __init__(self, server: Server, seat: Seat, session: str, tasks: Background) -> None:
        self._server = server
        self._borrowed = seat.adopted
        self._tasks = tasks
        self._at = ("-t", f"={session}:")
        self._present: set[Guest] = set()
        self._activity = Activity(server, seat.pane) if seat.adopted else None
        self.company: Company | None = None
        self.greeted: Callable[[], None] = _nothing

    def greet(self, company: Company) -> None:
        """Have people told of who come and go, and want the keyboard, from now on."""
        self.company = company
        if self._activity:
            self._tasks.start(self._watch(self._activity))
        self.greeted()

    def leave(self) -> None:
        """Tell nothing any more."""
        self.company = None
        self.hurry()

    def are(self, present: Iterable[Guest]) -> None:
        """Learn who is there now."""
        if self.company is None:
            return
        before, self._present = self._present, set(present)
        for guest in self._present - before:
            self.company.came(guest)
        for guest in before - self._present:
            self.company.went(guest)

    async def guard(self) -> None:
        """Have the next key of a client told to us, and wait for it."""
        if not self._borrowed:
            await self._tell("set-option", "-u", *self._at, "key-table")

    async def admit(self, channel: str, typing: asyncio.Lock) -> None:
        """Let the key through that waits; what is just typed for others comes before it."""
        async with typing:
            await self._tell("set-option", "-u", *self._at, ASKS, ";", "wait-for", "-S", channel)

    def hurry(self) -> None:
        """Look soon: the pane printed something, perhaps what a person typed."""
        if self._activity:
            self._activity.hurry()

    async def heed(self) -> None:
        """Look whether somebody typed, where no key is told to us."""
        if self._activity and self.company:
            with suppress(TmuxGone, TmuxRefused):  # the pane ends, which is seen elsewhere
                await self._look(self._activity)

    async def _look(self, activity: Activity) -> None:
        seen = await activity.look()
        if self.company and self.company.has_control and seen.first:
            self.are(seen.showing)  # who has the pane before them took it from an earlier driver
        self.are(self._present & seen.there | seen.typed)
        for guest in seen.typed:
            if self.company:
                await self.company.types(guest)

    async def _watch(self, activity: Activity) -> None:
        with suppress(TmuxGone, TmuxRefused):  # as above
            while self.company:
                await self._look(activity)
                await activity.pause()

    def notify(self, guest: Guest, text: str) -> None:
        """Show a guest a line for a moment."""
        show = ("display-message", "-c", guest.name, "-d", NOTICE_MS, literal(text))
        self._tasks.start(self._tell(*show))

    def dismiss(self, guest: Guest) -> None:
        """Send a guest away; a person's own client stays."""
        if not self._borrowed:
            self._tasks.start(self._tell("detach-client", "-t", guest.name))

    async def _tell(self, *words: str) -> None:
        try:
            await self._server.ask(*words)
        except (TmuxRefused, TmuxGone) as error:
            logger.info("%s: %s", words[0], error)  # the session ended, or the guest has left


def _nothing() -> None:
    """Hear that the pane became a session."""
