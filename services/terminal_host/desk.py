"""What a driver may ask of the terminals, and what it is told of them."""

from typing import Final

from services.contract.frames import Malformed
from services.contract.terminal_host import (
    Ack,
    Exited,
    Forget,
    Frame,
    Listed,
    Note,
    Noted,
    Output,
    Ready,
    Refused,
    Spawn,
    Spawned,
    program_in,
)
from services.terminal_host.link import Link
from services.terminal_host.spool import NOTES
from services.terminal_host.terminal import Terminal

CHUNK: Final = 65536


class Desk:
    """The terminals, and which driver is told about them."""

    def __init__(self) -> None:
        self.terminals: dict[int, Terminal] = {}

    def list_to(self, link: Link) -> None:
        """Tell a new driver what there is; its output follows from the acked offsets on."""
        for terminal in self.terminals.values():
            ended, status = terminal.status is not None, terminal.status or 0
            start = terminal.sent = terminal.spool.start
            terminal.told = False
            listed = Listed(terminal.id, terminal.pid, start, ended, status, terminal.note)
            link.tell(listed, terminal.master)
            for offset, note in terminal.notes.kept:
                link.tell(Noted(terminal.id, offset, note))
        link.tell(Ready())

    def answer(self, link: Link, frame: Frame) -> None:
        """Do what is asked. Raises Malformed."""
        match frame:
            case Spawn():
                self._spawn(link, frame)
            case Ack(terminal, offset):
                self._ack(self._of(terminal), offset)
            case Note(terminal, offset, note):
                self._note(self._of(terminal), offset, note)
            case Forget(terminal):
                self._forget(self._of(terminal))
            case _:
                raise Malformed(f"{type(frame).__name__} is nothing that a driver asks")

    def _of(self, terminal: int) -> Terminal:
        found = self.terminals.get(terminal)
        if found is None:
            raise Malformed(f"there is no terminal {terminal:016x}")
        return found

    def _spawn(self, link: Link, frame: Spawn) -> None:
        program = program_in(frame)
        if len(program.note) > NOTES:
            raise Malformed(f"a note of {len(program.note)} bytes")
        try:
            terminal = Terminal(program, (frame.cols, frame.rows))
        except OSError as error:
            about = error.filename or b""
            named = about if isinstance(about, bytes) else str(about).encode()
            link.tell(Refused(frame.request, error.errno or 0, named))
        else:
            self.terminals[terminal.id] = terminal
            link.tell(Spawned(frame.request, terminal.id, terminal.pid), terminal.master)

    def _ack(self, terminal: Terminal, offset: int) -> None:
        if offset > terminal.sent:
            raise Malformed(f"an ack of {offset}, and only {terminal.sent} bytes are told")
        terminal.spool.trim(offset)
        terminal.notes.trim(terminal.spool.start)

    def _note(self, terminal: Terminal, offset: int, note: bytes) -> None:
        if offset > terminal.sent:
            raise Malformed(f"a note at {offset}, and only {terminal.sent} bytes are told")
        try:
            terminal.notes.add(offset, note)
        except ValueError as error:
            raise Malformed(str(error)) from error
        terminal.notes.trim(terminal.spool.start)

    def _forget(self, terminal: Terminal) -> None:
        if terminal.status is None:
            raise Malformed(f"terminal {terminal.id:016x} has not ended")
        del self.terminals[terminal.id]
        terminal.close()

    def tell(self, link: Link) -> bool:
        """Tell what is new, the terminals in turns; return whether that was all. Raises Gone."""
        while (turn := [t for t in self.terminals.values() if _is_news(t)]) and link.flush():
            for terminal in turn:
                _tell_some(link, terminal)
                if not link.flush():
                    self.terminals[terminal.id] = self.terminals.pop(terminal.id)
                    return False
        return link.flush()


def _is_news(terminal: Terminal) -> bool:
    ended = terminal.status is not None and not terminal.told
    return ended or terminal.sent < terminal.spool.end


def _tell_some(link: Link, terminal: Terminal) -> None:
    """Tell one piece of output, or after the last one the end."""
    if data := terminal.spool.after(terminal.sent, CHUNK):
        link.tell(Output(terminal.id, terminal.sent, data))
        terminal.sent += len(data)
    elif terminal.status is not None:
        link.tell(Exited(terminal.id, terminal.status))
        terminal.told = True
