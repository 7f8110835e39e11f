"""All terminals that are open on this node."""

import asyncio
import logging
import time
from collections.abc import Callable

from events.lifecycle import DRIVER
from events.sessions import RecordingGapped
from events.vocabulary import AnyEvent
from projections.calls import Call
from services.runtime.background import Background
from services.runtime.log import Draft, Log, LogFull, LogUnavailable
from services.session_driver.live import Live
from services.session_driver.terminal.capture import Capture
from services.session_driver.terminal.host import Tearable

logger = logging.getLogger(__name__)
AGAIN = 1.0
"""Seconds between two attempts."""


class NoSuchTerminal(RuntimeError):
    """The session has no terminal on this node (any more)."""


class OpenTerminals:
    """Knows each open terminal and which command runs in it."""

    def __init__(self, log: Log, tasks: Background, key: bytes) -> None:
        self.log = log
        self.tasks = tasks
        self.key = key
        self.live: dict[str, Live] = {}
        self.welcome: Callable[[Live], None] = _nothing

    def begin(self, live: Live) -> None:
        """Take charge of a terminal, and record it from now on."""
        live.terminal.subscribe(live.recorder.take, private=True)  # it counts what it may not keep
        self.tasks.start(live.recorder.run())
        self.live[live.opened.session_id] = live
        if isinstance(host := live.terminal.host, Tearable):
            host.on_torn = lambda offset, picture: self._torn(live, offset, picture)
        self.welcome(live)

    def _torn(self, live: Live, offset: int, picture: bytes) -> None:
        async def tell(gap: RecordingGapped) -> None:
            await self.insist(gap)

        self.tasks.start(tell(live.torn(offset, picture)))

    def get(self, session_id: str) -> Live | None:
        """Return a terminal, None where there is none."""
        return self.live.get(session_id)

    def of(self, call: Call) -> Live:
        """Return the terminal that a call is about. Raises NoSuchTerminal."""
        if live := self.live.get(call.session_id):
            live.acted = time.monotonic()
            return live
        raise NoSuchTerminal(call.session_id)

    def take(self, call: Call) -> Live:
        """Give the terminal to a command. Raises NoSuchTerminal."""
        live = self.of(call)
        live.keep_rest()  # a driver after us counts prompts and commands from here, stored or not
        live.take(call.call_id, Capture(self.key))
        live.recorder.tape.begin(call.call_id)
        live.started_record = live.recorder.newest_record + 1
        return live

    def released(self, call: Call) -> RecordingGapped | None:
        """Take the terminal back from a command that has ended; return what is not recorded."""
        live = self.live.get(call.session_id)
        if live is None or live.call_id != call.call_id:
            return None
        live.call_id, live.capture = "", None
        live.free.set()
        dropped = live.recorder.tape.dropped - live.hidden
        if live.private or dropped <= 0:
            return None
        return RecordingGapped(
            session_id=call.session_id,
            offset=live.recorder.stored_to - dropped,
            bytes=dropped,
            reason=f"{call.call_id} printed more than is recorded of one command",
        )

    async def say(self, event: AnyEvent) -> int:
        """Record a fact about a terminal. Raises LogUnavailable, LogFull."""
        return await self.log.append(Draft(event=event, actor=DRIVER))

    async def insist(self, event: AnyEvent) -> int:
        """Record a fact, trying until it is stored: the other terminals go on meanwhile."""
        draft = Draft(event=event, actor=DRIVER)
        while True:
            try:
                return await self.log.append(draft)
            except (LogUnavailable, LogFull) as error:
                logger.warning("%s waits: %s", type(event).__name__, error)
                await asyncio.sleep(AGAIN)


def _nothing(_live: Live) -> None:
    """Leave a new terminal as it is."""
