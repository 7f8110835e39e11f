"""Brings a terminal that outlived its driver to where its recording ends."""

from services.session_driver.playback import Piece
from services.session_driver.recorder import Tail
from services.session_driver.terminal.host import OnTorn
from services.session_driver.terminal.marks import Marks
from services.session_driver.terminal.session import Terminal


class Resumption:
    """Takes the records of a session in order, from the oldest that is needed.

    The screen begins with the picture at `base`, the prompt and a running command with the state
    of rest at `start`, whichever of the two comes first. That was told when `rested` was stored.
    """

    def __init__(self, terminal: Terminal, tail: Tail, rested: int) -> None:
        self._terminal = terminal
        self._base = tail.base
        self._rested = rested
        self._start = terminal.offset
        self._end = tail.end
        self._before = Marks()
        self.first_record = 0

    def take(self, piece: Piece, call_id: str = "") -> None:
        """Take the next record; where the call's marker is in it, that is its first one."""
        if call_id and f"={call_id}" in piece.markers:
            self.first_record = piece.sequence
        match piece.kind:
            case "resize" if piece.sequence >= self._base:
                self._resized(piece)
            case "keyframe" if piece.sequence == self._base + 1:
                self._terminal.screen.feed(piece.body)
            case "output":
                self._printed(piece)
            case "gap" if piece.end > self._start:
                self._terminal.skip(piece.end)
            case _:
                pass

    def absorb(self, data: bytes) -> None:
        """Take what comes after the recording; of before the state of rest, it is only shown."""
        offset, self._end = self._end, self._end + len(data)
        early = max(0, min(self._start - offset, len(data)))
        if early:
            self._terminal.listeners.tell(offset, data[:early])
            self._show(data[:early])
        if late := data[early:]:
            self._terminal.absorb(late)

    def after(self, torn: OnTorn) -> OnTorn:
        """Return what takes a place where something is missing, and goes on behind it."""

        def take(offset: int, picture: bytes) -> None:
            self._end = offset + 1
            torn(offset, picture)

        return take

    def _show(self, data: bytes) -> None:
        for part in self._before.cut(data):
            self._terminal.screen.feed(part.shown)

    def _resized(self, piece: Piece) -> None:
        screen = self._terminal.screen
        home = screen.home
        screen.resize(*map(int, piece.body.split(b"x")))
        if piece.sequence <= self._rested:
            screen.home = home  # the state of rest is that of the new size

    def _printed(self, piece: Piece) -> None:
        shown = piece.sequence >= self._base
        early = max(0, min(self._start - piece.offset, len(piece.body)))
        if shown:
            self._show(piece.body[:early])
        self._caught_up(piece.offset + early)
        if data := piece.body[early:]:
            (self._terminal.absorb if shown else self._terminal.recall)(data)

    def _caught_up(self, offset: int) -> None:
        """Pass over what the recording has lost."""
        if offset > self._terminal.offset:
            self._terminal.skip(offset)
