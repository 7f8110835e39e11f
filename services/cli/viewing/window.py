"""One session in one terminal: shows what the driver tells, and sends what is pressed."""

import asyncio
import re
from collections.abc import Callable, Iterable
from typing import Final

from services.cli.viewing.keyboard import Command, Keyboard, Keys
from services.cli.viewing.picture import noted, scrolled_away, shown
from services.cli.viewing.tty import Tty
from services.contract.view import (
    Farewell,
    Frame,
    GiveBack,
    Notice,
    Output,
    Picture,
    Redraw,
    Request,
    Resized,
    Take,
    Typed,
    Welcome,
)

NOTED: Final = 6.0
"""Seconds for which a line stays."""
REPLY: Final = 0.2
"""Seconds within which the rest of a terminal's reply arrives."""
HELP: Final = (
    "eim: Ctrl-] q leaves this view, Ctrl-] t takes control, Ctrl-] r returns it, Ctrl-] Ctrl-]"
    " sends one, Ctrl-] ? shows this again."
)
BACK: Final = "eim: the driver is back."
ONLY_LOOKING: Final = "eim: read-only. Ctrl-] q leaves this view."
_ERASES: Final = re.compile(rb"\x1b(?:\[[0-3]?J|\[\?1049[hl]|c)")
LARGER: Final = "eim: the session is {} x {}, larger than this window: a part of it is missing."


class Window:
    """The person's side of a view; `send` is told where requests go, each time that is new."""

    def __init__(self, tty: Tty, *, writes: bool) -> None:
        self._tty = tty
        self._writes = writes
        self._keyboard = Keyboard()
        self._lines: list[str] = []
        self._timer: asyncio.TimerHandle | None = None
        self._flush: asyncio.TimerHandle | None = None
        self._began = False
        self._typing = False
        self.send: Callable[[Request], None] = nowhere
        self.session_id = ""
        self.farewell: Farewell | None = None
        self.left = asyncio.Event()

    @property
    def _help(self) -> str:
        return HELP if self._writes else ONLY_LOOKING

    def pressed(self, data: bytes) -> None:
        """Take what the terminal sends; nothing at all means that it is gone."""
        if self._flush:
            self._flush.cancel()
        self._do(self._keyboard.feed(data))
        if self._keyboard.unfinished:
            loop = asyncio.get_running_loop()
            self._flush = loop.call_later(REPLY, lambda: self._do(self._keyboard.flush()))

    def resized(self) -> None:
        """Tell the size of the terminal."""
        self.send(Resized(*self._tty.size))
        self.send(Redraw())

    def note(self, text: str) -> None:
        """Show a line for a while."""
        self._lines = [*self._lines[-2:], text]
        self._tty.show(noted(self._lines, self._tty.size))
        if self._timer:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(NOTED, self._unnote)

    def told(self, frame: Frame) -> None:
        """Take what the driver tells."""
        match frame:
            case Output(data):
                self._tty.show(data)
                self._keep_note(data)
            case Picture():
                self._show(frame)
            case Notice(text):
                self.note(f"eim: {text.decode(errors='replace')}")
            case Welcome(session_id):
                self.session_id = session_id.decode()
                self._typing = False
                self.note(BACK if self._began else self._help)
            case Farewell():
                self.farewell = frame
            case _:
                pass  # the rest is what views say

    def _show(self, picture: Picture) -> None:
        size = self._tty.size
        if not self._began:
            self._tty.show(scrolled_away(size[1]))
        self._tty.show(shown(picture, size))
        if not self._began and (picture.cols > size[0] or picture.rows > size[1]):
            self.note(LARGER.format(picture.cols, picture.rows))
        elif self._lines:
            self._tty.show(noted(self._lines, size))
        self._began = True

    def _keep_note(self, data: bytes) -> None:
        """A shell that is told a new size may erase all below its prompt, and so the note.

        It comes back with a picture: what was printed may end within a sequence.
        """
        if self._lines and _ERASES.search(data):
            self.send(Redraw())

    def _unnote(self) -> None:
        self._lines = []
        self.send(Redraw())

    def _do(self, deeds: Iterable[Keys | Command]) -> None:
        for deed in deeds:
            if isinstance(deed, Keys):
                self._type(deed)
            else:
                self._obey(deed)

    def _type(self, keys: Keys) -> None:
        """Send keys; what nobody pressed takes no control, but a person who has it wants it."""
        if self._writes and (self._typing or not keys.passive):
            self._typing = True
            self.send(Typed(keys.data))
        elif not self._writes and not keys.passive:
            self.note(ONLY_LOOKING)

    def _obey(self, command: Command) -> None:
        match command:
            case "detach":
                self.left.set()
            case "take" if self._writes:
                self._typing = True
                self.send(Take())
            case "give_back" if self._writes:
                self._typing = False
                self.send(GiveBack())
            case _:
                self.note(self._help)


def nowhere(_request: Request) -> None:
    """The driver is away, and so is what is typed now."""
