"""How the program of a pane ended: tmux knows it for as long as the dead pane is there."""

import asyncio
import signal
from contextlib import suppress
from typing import Final

from services.session_driver.terminal.hosted import UNKNOWN
from services.session_driver.terminal.tmux.folder import Folder, Seat
from services.session_driver.terminal.tmux.words import Server, TmuxRefused

ASKED, PAUSE = 250, 0.02
"""A pane is seen to be dead before its program was waited for."""
DEAD: Final = "#{pane_dead}:#{pane_dead_status}:#{pane_dead_signal}"


async def ending_of(server: Server, folder: Folder, seat: Seat) -> int:
    """Return the exit status, negative for a signal, and remove our dead pane. Raises TmuxGone."""
    if seat.adopted:  # it went with its program, or its server did
        return UNKNOWN
    if folder.status is None:
        folder.status = await _told(server, seat.pane)
    with suppress(TmuxRefused):  # an earlier driver did it
        await server.ask("kill-pane", "-t", seat.pane)
    return folder.status


async def _told(server: Server, pane: str) -> int:
    for _ in range(ASKED):
        try:
            [told] = await server.ask("display-message", "-p", "-t", pane, DEAD)
        except TmuxRefused:
            return UNKNOWN
        dead, status, signalled = told.split(":")
        if not dead:  # the pane is gone, and took what it knew with it
            return UNKNOWN
        if dead == "1" and (status or signalled):  # before, it still hands on the last output
            return int(status) if status else -_number(signalled)
        if not status and not signalled:
            # tmux may miss that its child ended; the end of another makes it look at all of them
            await server.ask("run-shell", "-b", "true")
        await asyncio.sleep(PAUSE)
    return UNKNOWN


def _number(name: str) -> int:
    """Return the number of a signal; some systems tell its name."""
    return int(name) if name.isdigit() else signal.Signals[f"SIG{name}"].value
