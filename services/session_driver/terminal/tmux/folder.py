"""What is kept of a pane while no driver runs: who it is, its notes, how it ended."""

import shutil
from bisect import bisect_right
from pathlib import Path
from typing import Self

import msgspec

from services.session_driver.terminal.tmux.spool import SEGMENT


class Seat(msgspec.Struct, frozen=True):
    """Which pane it is. `server` is the process of the tmux server: it counts panes from 0."""

    socket: str
    server: int
    pane: str
    pid: int
    tty: str
    adopted: bool = False


class _Kept(msgspec.Struct):
    """What the note file holds; `rests` are states of rest by their offsets."""

    note: bytes
    rests: list[tuple[int, bytes]] = msgspec.field(default_factory=list[tuple[int, bytes]])


class Folder:
    """The folder of one pane; nobody else may enter it, for the note is a secret."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._kept = _Kept(b"")

    @classmethod
    def made(cls, path: Path, note: bytes) -> Self:
        """Make the folder of a new pane."""
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.mkdir(mode=0o700)
        folder = cls(path)
        folder._kept = _Kept(note)
        folder._keep()
        return folder

    @classmethod
    def found(cls, path: Path) -> Self:
        """Return the folder of a pane of an earlier driver. Raises OSError, msgspec.DecodeError."""
        folder = cls(path)
        folder._kept = msgspec.msgpack.decode((path / "notes").read_bytes(), type=_Kept)
        return folder

    @property
    def note(self) -> bytes:
        return self._kept.note

    @property
    def rests(self) -> list[tuple[int, bytes]]:
        return self._kept.rests

    @property
    def seat(self) -> Seat:
        """Return which pane it is. Raises OSError, msgspec.DecodeError."""
        return msgspec.json.decode((self.path / "seat").read_bytes(), type=Seat)

    @seat.setter
    def seat(self, seat: Seat) -> None:
        _write(self.path / "seat", msgspec.json.encode(seat))

    @property
    def status(self) -> int | None:
        """Return how the program ended, None while it runs or nobody asked."""
        try:
            return int((self.path / "status").read_text())
        except FileNotFoundError:
            return None

    @status.setter
    def status(self, status: int) -> None:
        _write(self.path / "status", str(status).encode())

    def add(self, offset: int, note: bytes, acked: int) -> None:
        """Keep a state of rest, and of those before `acked` only the newest."""
        rests = [each for each in self._kept.rests if each[0] != offset]
        rests.insert(bisect_right(rests, offset, key=_offset), (offset, note))
        del rests[: max(0, bisect_right(rests, acked, key=_offset) - 1)]
        self._kept.rests = rests
        self._keep()

    def first_segment(self, data: bytes) -> None:
        """Have something before what the spooler keeps."""
        _write(self.path / SEGMENT.format(0), data)

    def remove(self) -> None:
        """Forget the pane."""
        shutil.rmtree(self.path, ignore_errors=True)

    def _keep(self) -> None:
        _write(self.path / "notes", msgspec.msgpack.encode(self._kept))


def _offset(rest: tuple[int, bytes]) -> int:
    return rest[0]


def _write(file: Path, data: bytes) -> None:
    new = file.with_suffix(".new")
    new.touch(mode=0o600)
    new.write_bytes(data)
    new.replace(file)
