"""People who look at a session past us, with a client of the host's own: views like any other."""

import logging

from services.session_driver.live import Live
from services.session_driver.terminal.host import Guest, Visited
from services.session_driver.terminal.host import Guests as HostGuests
from services.session_driver.views.lobby import Lobby, person

logger = logging.getLogger(__name__)
OUR_PREFIX, THEIR_PREFIX = "Ctrl-]", "Ctrl-b"


class GuestView:
    """What a guest shows is not ours to draw, nor is it ours to say how large it is."""

    size = (0, 0)

    def __init__(self, live: Live, theirs: HostGuests, guest: Guest) -> None:
        self._live = live
        self._theirs = theirs
        self._guest = guest
        self.writes = guest.writes

    def notify(self, text: str) -> None:
        """Show a line, but not over what the person just types."""
        if self._live.control is None:
            self._theirs.notify(self._guest, text.replace(OUR_PREFIX, THEIR_PREFIX))

    def redraw(self) -> None:
        """Leave the screen as it is: the guest has it from elsewhere."""

    def dismiss(self, reason: str) -> None:
        """Leave the guest to the end of the terminal, which takes it along."""


class Guests:
    """The guests of one session."""

    def __init__(self, lobby: Lobby, live: Live, theirs: HostGuests) -> None:
        self._lobby = lobby
        self._live = live
        self._theirs = theirs
        self._views: dict[Guest, GuestView] = {}

    @property
    def has_control(self) -> bool:
        """Whether a person has it."""
        return self._live.control is not None

    def came(self, guest: Guest) -> None:
        """Somebody attached; what runs in a session of an assistant may not."""
        if session := self._lobby.inside(guest.pid):
            logger.warning("%s runs in session %s and is sent away", guest.name, session)
            self._theirs.dismiss(guest)
            return
        view = self._views[guest] = GuestView(self._live, self._theirs, guest)
        self._live.audience.views.append(view)
        if self._live.handoff and not self._live.private and guest.writes:
            view.notify(self._live.handoff.notice)

    def went(self, guest: Guest) -> None:
        """Somebody is gone."""
        view = self._views.pop(guest, None)
        if view is None:
            return
        self._live.audience.views.remove(view)
        if guest.writes:
            self._lobby.terminals.tasks.start(self._detached(guest))

    async def types(self, guest: Guest) -> None:
        """Give control to who pressed a key."""
        self._live.terminal.touched()
        await self.takes(guest)

    async def takes(self, guest: Guest) -> None:
        """Give control to who asked for it, however long ago: they may be gone again."""
        if self._lobby.inside(guest.pid):
            return
        async with self._live.returning:  # they asked after what is just being returned
            pass
        await self._lobby.control.take(self._live, person(guest.uid), "typing")
        if guest not in self._views:
            await self._detached(guest)

    async def returns(self, guest: Guest) -> None:
        """Give control back."""
        if not self._lobby.inside(guest.pid):
            await self._lobby.control.give_back(self._live, person(guest.uid), "returned")

    async def _detached(self, guest: Guest) -> None:
        await self._lobby.control.detached(self._live, person(guest.uid))


class Reception:
    """Has every terminal watched for the people who type into it."""

    def __init__(self, lobby: Lobby) -> None:
        self._lobby = lobby

    def welcome(self, live: Live) -> None:
        """Watch a new one."""
        self._lobby.control.watch(live)
        host = live.terminal.host
        if isinstance(host, Visited):
            host.guests.greet(Guests(self._lobby, live, host.guests))
