"""Takes charge of the terminals that outlived an earlier driver."""

import logging
from typing import NamedTuple

import msgspec

from projections.calls import Call
from projections.sessions import Session
from services.policy.keystrokes import keystrokes
from services.session_driver.live import Live, recorded
from services.session_driver.playback import last_piece, pieces
from services.session_driver.recorder import NOTHING, Tail
from services.session_driver.resumption import Resumption
from services.session_driver.terminal.capture import Capture
from services.session_driver.terminal.host import Host, Tearable
from services.session_driver.terminal.memory import Identity, Rest, identity, rest
from services.session_driver.terminal.run import Run
from services.session_driver.terminal.session import Terminal
from services.session_driver.terminals import OpenTerminals
from services.session_driver.views.fitting import tell_size

logger = logging.getLogger(__name__)


class Unknowable(RuntimeError):
    """The terminal is there, but not what is needed to know it again."""


def known(host: Host) -> Identity | None:
    """Return which terminal the host has there; None where that cannot be told."""
    try:
        return identity(host.note)
    except msgspec.DecodeError as error:
        logger.warning("a terminal of an earlier driver is not known: %s", error)
        return None


class Reattached(NamedTuple):
    """A terminal that goes on, and the command that goes on in it."""

    live: Live
    run: Run | None


class Reattachment:
    """One terminal and the session that it is, with the command that runs in it."""

    def __init__(
        self, terminals: OpenTerminals, session: Session, running: Call | None, *, asked: bool
    ) -> None:
        self._asked = asked  # a person, to take the terminal
        self._terminals = terminals
        self._session = session
        self._running = running

    async def reattach(self, host: Host, limit: int) -> Reattached:
        """Know the terminal again and go on recording it. Raises Unknowable."""
        tail = await self._tail()
        start, state = _newest_rest(host)
        size = (self._session.cols, self._session.rows)
        terminal = Terminal.at_rest(identity(host.note), size, start, state)
        terminal.live_on(host)
        run = self._rejoined(terminal)
        replay = Resumption(terminal, tail, state.record)
        first_record = await self._recall(replay, state.record, tail)
        if not host.borrowed:  # its driver was killed before that was stored, or done
            host.resize(*terminal.size())
        terminal.answers = True
        live = recorded(terminal, self._terminals.log, limit, tail)
        if self._running and run:
            live.take(self._running.call_id, run.capture)
            live.started_record = first_record
            live.recorder.tape.go_on(max(0, tail.end - start))
        if self._session.control:
            live.still_taken(self._session.control, private=self._asked)
        self._terminals.begin(live)
        if terminal.size() != size:
            tell_size(self._terminals, live)
        if isinstance(host, Tearable):
            host.on_torn = replay.after(host.on_torn)
        host.deliver(replay.absorb, tail.end)
        return Reattached(live, run)

    def _rejoined(self, terminal: Terminal) -> Run | None:
        call = self._running
        if call is None or call.context is None:
            return None
        return terminal.rejoin(keystrokes(call.action, call.context), Capture(self._terminals.key))

    async def _tail(self) -> Tail:
        last = await last_piece(self._terminals.log, self._session.session_id)
        return Tail(last.end, last.sequence, last.base or last.sequence) if last else NOTHING

    async def _recall(self, replay: Resumption, record: int, tail: Tail) -> int:
        """Replay the recording; return the running command's first record."""
        call_id = self._running.call_id if self._running else ""
        first = min(record or tail.base, tail.base)
        if tail.record:
            async for piece in pieces(self._terminals.log, self._session.session_id, first):
                replay.take(piece, call_id)
        return replay.first_record


def _newest_rest(host: Host) -> tuple[int, Rest]:
    """Return the newest state of rest, which may lie beyond what is recorded."""
    try:
        known = [(offset, rest(note)) for offset, note in host.notes]
    except msgspec.DecodeError as error:
        raise Unknowable(f"its state of rest: {error}") from error
    if not known:
        raise Unknowable("it was never seen at rest")
    return known[-1]
