"""What one person does in a session, in the order in which they do it."""

import asyncio
from collections.abc import Callable

from services.contract.view import GiveBack, Take, Typed
from services.session_driver.control import Control
from services.session_driver.live import Live
from services.session_driver.terminal.host import WriteStalled

WAITING = 64
"""Pieces of typing that wait for the terminal; beyond, no more are read."""
TYPE_WITHIN = 5.0
STALLED = "The program does not read what you type; a part of it was dropped."

type Deed = Typed | Take | GiveBack


class Hands:
    """Types for one view. A key takes control first, so no assistant types in between."""

    def __init__(self, control: Control, live: Live, person: str) -> None:
        self._control = control
        self._live = live
        self._person = person
        self._asked: asyncio.Queue[Deed | None] = asyncio.Queue()

    @property
    def full(self) -> bool:
        """Whether enough waits."""
        return self._asked.qsize() >= WAITING

    def ask(self, deed: Deed | None) -> None:
        """Have something done after what was asked before; None is the last."""
        self._asked.put_nowait(deed)

    async def work(self, notify: Callable[[str], None], room: Callable[[], None]) -> None:
        """Do what is asked, and tell when there is room for more, until the last."""
        while (deed := await self._asked.get()) is not None:
            match deed:
                case Typed(keys):
                    await self._control.take(self._live, self._person, "typing")
                    await self._type(keys, notify)
                case Take():
                    await self._control.take(self._live, self._person, "typing")
                case GiveBack():
                    await self._control.give_back(self._live, self._person, "returned")
            room()
        await self._control.detached(self._live, self._person)

    async def _type(self, keys: bytes, notify: Callable[[str], None]) -> None:
        try:
            await self._live.terminal.type(keys, TYPE_WITHIN)
        except (WriteStalled, OSError):  # OSError: the terminal has just ended, which is told
            notify(STALLED)
