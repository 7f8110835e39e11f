"""The control of the terminals: a person takes it at any moment, and returns it."""

import asyncio
from contextlib import suppress
from typing import Literal

from events.actions import Action, OpenSession, RequestHandoff
from events.sessions import ControlReturned, ControlTaken, RecordingGapped
from services.session_driver.live import Live
from services.session_driver.terminal.host import Typeable, Visited
from services.session_driver.terminal.session import Terminal
from services.session_driver.terminals import OpenTerminals

type How = Literal["typing", "take", "handoff"]
type Why = Literal["returned", "detached", "view_gone"]

RECORD_WITHIN = 1.0
"""Seconds that a person's first key waits for its record. A log that is away must not keep a person
from the keyboard, of all moments: then the key is typed, and the record follows when it is back."""
QUIET, SETTLE = 0.3, 2.0
"""Seconds without output after which nothing typed in private is still echoed, and at most."""
COME_BACK = 10.0
"""Seconds that a view has to come back to a new driver before its control is returned."""

OWNER = "person"
"""Who types into a terminal of their own: the terminal does not say."""

TAKEN = "You have control. What an assistant wants to type is refused. Ctrl-] r gives it back."
PRIVATE = "You have control, and nothing is recorded or shown to anybody. Ctrl-] r gives it back."
RETURNED = "The assistant has control again. Type to take it."


class Control:
    """Gives the terminals of a node to people and back."""

    def __init__(self, terminals: OpenTerminals) -> None:
        self._terminals = terminals

    def watch(self, live: Live) -> None:
        """Give control to whoever types into a terminal that is a person's own, too."""
        host = live.terminal.host
        if isinstance(host, Typeable):
            host.on_typed = lambda: self._terminals.tasks.start(self.take(live, OWNER, "typing"))

    async def take(self, live: Live, by: str, how: How) -> None:
        """Give a person control, and wait a moment until that is on record."""
        if live.control is not None or live.gone.is_set():
            return
        taken = ControlTaken(
            session_id=live.opened.session_id,
            by=by,
            how="handoff" if live.handoff else how,
            offset=live.terminal.offset,
        )
        live.taken(taken)
        live.audience.notify(PRIVATE if live.handoff else TAKEN, writing=True)
        with suppress(TimeoutError):
            async with asyncio.timeout(RECORD_WITHIN):
                await self._say(live, taken).wait()

    async def give_back(self, live: Live, by: str, reason: Why) -> None:
        """Let the assistant go on; one who was asked and never took control declines so."""
        async with live.returning:
            if live.control is None:
                if live.handoff and reason == "returned":
                    live.handoff.end("declined", by)
                return
            if live.private:
                await _settled(live.terminal)
            host = live.terminal.host
            if isinstance(host, Visited):
                await host.guests.guard()
            if live.gone.is_set():
                return
            await self._returned(live, by, reason)

    async def _returned(self, live: Live, by: str, reason: Why) -> None:
        returned = ControlReturned(
            session_id=live.opened.session_id, by=by, reason=reason, offset=live.terminal.offset
        )
        gap, handoff = live.released(), live.handoff
        live.audience.notify(RETURNED, writing=True)
        stored = self._say(live, returned, gap)
        if handoff:
            # what the assistant hears of it comes after what the log knows of it
            await stored.wait()
            handoff.end("returned", by)

    async def detached(self, live: Live, by: str) -> None:
        """The last view of a person is gone, and with it control, unless it was taken by name."""
        if live.control and live.control.how != "take" and not live.audience.writing:
            await self.give_back(live, by, "detached")

    async def expect(self, live: Live) -> None:
        """Return control to which, after a restart of the driver, no view comes back."""
        await asyncio.sleep(COME_BACK)
        if live.control and live.control.how != "take" and not live.audience.writing:
            await self.give_back(live, live.control.by, "view_gone")

    def _say(
        self, live: Live, *facts: ControlTaken | ControlReturned | RecordingGapped | None
    ) -> asyncio.Event:
        """Record facts in the order in which they came; return what tells that they are."""
        stored = asyncio.Event()

        async def store() -> None:
            async with live.telling:
                for fact in filter(None, facts):
                    await self._terminals.insist(fact)
            stored.set()

        self._terminals.tasks.start(store())
        return stored


async def _settled(terminal: Terminal) -> None:
    """Wait until nothing is printed for a moment: the echo of the last keys is private, too."""
    printed = asyncio.Event()
    leave = terminal.subscribe(lambda _offset, _data: printed.set(), private=True)
    try:
        async with asyncio.timeout(SETTLE):
            while True:
                async with asyncio.timeout(QUIET):
                    await printed.wait()
                printed.clear()
    except TimeoutError:
        return
    finally:
        leave()


def types(action: Action) -> bool:
    """Whether an action is refused while a person has control: asking for hands is not."""
    return not isinstance(action, OpenSession | RequestHandoff)
