"""Pipes a pane anew whose spooler was killed: what it printed meanwhile, nobody has."""

import asyncio
import time
from typing import Final

from services.session_driver.terminal.tmux.folder import Folder
from services.session_driver.terminal.tmux.launch import spooling
from services.session_driver.terminal.tmux.picture import piped
from services.session_driver.terminal.tmux.spool import Spool
from services.session_driver.terminal.tmux.words import Server

PAUSE: Final = 0.005
DRY_WITHIN, STARTED_WITHIN = 20.0, 10.0
MOST, PERIOD = 5, 60.0
"""A spooler that is killed more often in so many seconds will be killed again."""


class Mending:
    """The pipe of one pane; its spool is read meanwhile by whoever looks at the pane."""

    def __init__(self, server: Server, folder: Folder, spool: Spool) -> None:
        self._server = server
        self._folder = folder
        self._spool = spool
        self._times: list[float] = []

    async def mend(self) -> None:
        """Have the pane's output kept again. Raises TimeoutError, TmuxRefused, TmuxGone."""
        self._count(time.monotonic())
        pane = self._folder.seat.pane
        self._spool.part()
        await self._server.ask("pipe-pane", "-t", pane)
        async with asyncio.timeout(DRY_WITHIN):  # its last dd goes on without its shell
            while not self._spool.dry:  # noqa: ASYNC110 - no file tells
                await asyncio.sleep(PAUSE)
        self._spool.clear()
        command = spooling(self._folder.path, self._spool.next_number + 1)
        picture = await piped(self._server, pane, command)
        async with asyncio.timeout(STARTED_WITHIN):
            while not self._spool.kept_again:  # noqa: ASYNC110 - no file tells
                await asyncio.sleep(PAUSE)
        self._spool.join(picture)

    def _count(self, now: float) -> None:
        self._times = [each for each in self._times if now - each < PERIOD]
        if len(self._times) >= MOST:
            raise TimeoutError("its spooler is killed again and again")
        self._times.append(now)
