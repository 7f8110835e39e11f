"""What we keep of each adopted session, so that a later driver goes on with it.

It is kept in files of ours and not in a variable of the session: every program that iTerm2 lets in
can read such a variable, and a program that knows the nonce can print marks that are believed.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from services.session_driver.terminal.iterm2.rendering import Position


class Kept(Struct, kw_only=False):
    """One adopted session: its note, its states of rest, and positions in its stream by offset.

    Rows before `floor` are a person's alone; `veiled` says that all that is on the screen is.
    `badge` is the person's own, None where ours was not put there.
    """

    target: str
    note: bytes
    shell: str
    notes: list[tuple[int, bytes]] = msgspec.field(default_factory=list[tuple[int, bytes]])
    positions: list[tuple[int, Position]] = msgspec.field(
        default_factory=list[tuple[int, Position]]
    )
    floor: int = 0
    veiled: bool = False
    badge: str | None = None

    def __repr__(self) -> str:
        return f"Kept({self.target})"

    def at(self, offset: int) -> tuple[int, Position]:
        """Return the last position that is not after an offset."""
        before = [each for each in self.positions if each[0] <= offset]
        return before[-1] if before else self.positions[0]


class Notes:
    """A folder with a file for each session; only its owner may look."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def all(self) -> Iterator[Kept]:
        """Return what is kept; a file that cannot be read is no session of ours."""
        if self._folder.is_dir():
            for file in sorted(self._folder.glob("*.note")):
                try:
                    yield msgspec.msgpack.decode(file.read_bytes(), type=Kept)
                except msgspec.DecodeError:
                    file.unlink()

    def put(self, kept: Kept) -> None:
        """Keep this; a driver that is killed meanwhile leaves the old or the new."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = self._folder / f"{kept.target}.new"
        fresh.touch(mode=0o600)
        fresh.write_bytes(msgspec.msgpack.encode(kept))
        fresh.rename(self._file(kept.target))

    def forget(self, target: str) -> None:
        """Keep nothing of a session."""
        self._file(target).unlink(missing_ok=True)

    def _file(self, target: str) -> Path:
        return self._folder / f"{target}.note"
