"""One terminal of a person that shows a session."""

import asyncio
from collections.abc import Callable
from typing import NamedTuple, cast

from services.contract.frames import LARGEST, Malformed
from services.contract.view import (
    VERSION,
    Attach,
    Farewell,
    Frame,
    Frames,
    GiveBack,
    Notice,
    Output,
    Picture,
    Redraw,
    Resized,
    Take,
    Told,
    Typed,
    Welcome,
    encode,
)
from services.session_driver.live import Live
from services.session_driver.views.fitting import fit
from services.session_driver.views.hands import Hands
from services.session_driver.views.lobby import Lobby, NotShown

BEHIND = 262_144
"""Bytes that wait for a view; beyond, it gets a picture later instead of what it missed."""
PIECE = LARGEST // 2
LARGEST_SIDE = 1000
"""Columns and rows of a terminal at most."""
OTHER_VERSION = "the driver shows sessions in version {}: run the eim that belongs to it"


class Peer(NamedTuple):
    """The process at the other end, and the person it belongs to."""

    pid: int
    person: str


class View(asyncio.Protocol):
    """Shows what is printed as long as it is taken, and types what the person presses.

    It never waits for the other end: what is not taken is missed, and shown by a picture.
    """

    def __init__(self, lobby: Lobby, peer: Peer) -> None:
        self._lobby = lobby
        self._peer = peer
        self._frames = Frames()
        self._live: Live | None = None
        self._hands: Hands | None = None
        self._unsubscribe: Callable[[], None] = _nothing
        self._notices: list[str] = []
        self._full = False
        self._missed = True
        self.size = (0, 0)

    @property
    def writes(self) -> bool:
        """Whether the person may type here."""
        return self._hands is not None

    def notify(self, text: str) -> None:
        """Show the person a line, as soon as no sequence is cut in two by it."""
        self._notices.append(text)
        self._catch_up()

    def redraw(self) -> None:
        """Show the screen anew."""
        self._missed = True
        self._catch_up()

    def dismiss(self, reason: str) -> None:
        """Close the connection for good."""
        self._tell(Farewell(self._live is not None, reason.encode()))
        self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are of no class of asyncio's
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=BEHIND, low=0)

    def data_received(self, data: bytes) -> None:
        try:
            for frame in self._frames.cut(data):
                self._heard(frame)
        except Malformed as error:
            self.dismiss(f"malformed: {error}")
        if self._hands and self._hands.full:
            self._transport.pause_reading()

    def pause_writing(self) -> None:
        self._full = True

    def resume_writing(self) -> None:
        self._full = False
        self._catch_up()

    def connection_lost(self, exc: Exception | None) -> None:
        self._full = True
        self._unsubscribe()
        if self._live is None:
            return
        self._live.audience.views.remove(self)
        if self._hands:
            self._hands.ask(None)
            fit(self._lobby.terminals, self._live)

    def _heard(self, frame: Frame) -> None:
        match frame:
            case Attach() if self._live is None:
                self._attach(frame)
            case Resized(cols, rows) if self._live:
                self.size = _sane(cols, rows)
                fit(self._lobby.terminals, self._live)
            case Redraw() if self._live:
                self.redraw()
            case Typed() | Take() | GiveBack() if self._hands:
                self._hands.ask(frame)
            case _:
                raise Malformed(f"{type(frame).__name__} is nothing to be asked here")

    def _attach(self, asked: Attach) -> None:
        if asked.version != VERSION:
            self.dismiss(OTHER_VERSION.format(VERSION))
            return
        try:
            live = self._lobby.enter(asked.wanted.decode(errors="replace"), self._peer.pid)
        except NotShown as error:
            self.dismiss(str(error))
            return
        self._live, self.size = live, _sane(asked.cols, asked.rows)
        if asked.writes:
            hands = self._hands = Hands(self._lobby.control, live, self._peer.person)
            self._lobby.terminals.tasks.start(hands.work(self.notify, self._room))
        self._tell(Welcome(live.opened.session_id.encode()))
        live.audience.views.append(self)
        self._unsubscribe = live.terminal.subscribe(self._printed, private=True)
        fit(self._lobby.terminals, live)
        self.redraw()
        if live.handoff and not live.private and asked.writes:
            self.notify(live.handoff.notice)

    def _room(self) -> None:
        if self._hands and not self._hands.full and not self._transport.is_closing():
            self._transport.resume_reading()

    def _printed(self, _offset: int, data: bytes) -> None:
        """Show what comes next; the screen is still as it was before."""
        self._catch_up()
        if self._full:
            self._missed = True
        elif not self._missed:
            for at in range(0, len(data), PIECE):
                self._tell(Output(data[at : at + PIECE]))

    def _catch_up(self) -> None:
        """Show what was missed, if there can be a picture of it now, and what is to be told."""
        if self._live is None or self._full or self._live.gone.is_set():
            return
        if not self._live.terminal.between:
            return
        if self._missed:
            self._missed = False
            screen = self._live.terminal.picture() or b""
            self._tell(Picture(*self._live.terminal.size(), screen[:PIECE]))
            for at in range(PIECE, len(screen), PIECE):
                self._tell(Output(screen[at : at + PIECE]))
        for text in self._notices:
            self._tell(Notice(text.encode()))
        self._notices.clear()

    def _tell(self, frame: Told) -> None:
        if not self._transport.is_closing():
            self._transport.writelines([encode(frame)])


def _sane(cols: int, rows: int) -> tuple[int, int]:
    return min(cols, LARGEST_SIDE), min(rows, LARGEST_SIDE)


def _nothing() -> None:
    """There is nothing to stop yet."""
