"""Who types into a pane of a person's own server, as far as it is seen without changing anything.

tmux tells of a client only when it last heard from it, in whole seconds.
"""

import asyncio
from contextlib import suppress
from typing import Final, NamedTuple

from services.session_driver.terminal.host import Guest
from services.session_driver.terminal.tmux.lease import guest_of
from services.session_driver.terminal.tmux.words import Server

CLIENTS: Final = (
    "#{pane_id} #{client_activity} #{client_created} #{pane_in_mode}"
    " #{?#{m:*focused*,#{client_flags}},1,0}"
    " #{client_pid} #{client_uid} #{?client_readonly,0,1} #{client_name}"
)
SELDOM: Final = 1.0
"""Seconds between two looks: tmux tells no finer time. Each look is a process of its own."""
REST: Final = 0.25
"""Seconds between two looks at most, while the pane prints."""


class Seen(NamedTuple):
    """Whose clients are there, show the pane, and have typed into it since the last look."""

    first: bool
    there: set[Guest]
    showing: set[Guest]
    typed: set[Guest]


class _Sight(NamedTuple):
    """What a client was last seen to do: `heard` of in this second, with `pane` before it."""

    pane: str
    heard: int
    created: int
    scrolls: bool
    focused: bool

    def typed_since(self, before: "_Sight | None", pane: str) -> bool:
        """Whether keys went to a pane; a window that got the focus is heard of as well."""
        before = before or self._replace(heard=self.created)
        heard = self.heard > before.heard and self.focused == before.focused
        return heard and self.pane == pane and not self.scrolls


class Activity:
    """Looks at the clients of one server for one pane."""

    def __init__(self, server: Server, pane: str) -> None:
        self._server = server
        self._pane = pane
        self._seen: dict[Guest, _Sight] | None = None
        self._looking = asyncio.Lock()
        self._hurry = asyncio.Event()

    def hurry(self) -> None:
        """End the pause soon."""
        self._hurry.set()

    async def pause(self) -> None:
        """Wait until it is worth another look."""
        await asyncio.sleep(REST)
        with suppress(TimeoutError):
            async with asyncio.timeout(SELDOM - REST):
                await self._hurry.wait()
        self._hurry.clear()

    async def look(self) -> Seen:
        """Look now; what was typed before the first look is not told. Raises TmuxGone."""
        async with self._looking:
            lines = await self._server.ask("list-clients", "-F", CLIENTS)
            before, self._seen = self._seen, dict(map(_sight, lines))
            now = self._seen
        known = now if before is None else before
        return Seen(
            first=before is None,
            there=set(now),
            showing={guest for guest, sight in now.items() if sight.pane == self._pane},
            typed={
                guest
                for guest, sight in now.items()
                if guest.writes and sight.typed_since(known.get(guest), self._pane)
            },
        )


def _sight(line: str) -> tuple[Guest, _Sight]:
    pane, heard, created, scrolls, focused, who = line.split(" ", 5)
    return guest_of(who), _Sight(pane, int(heard), int(created), scrolls == "1", focused == "1")
