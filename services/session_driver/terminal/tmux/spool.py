"""What a pane printed, as `spool.sh` keeps it: numbered segments, of which we read and let go.

Where a spooler was killed, a joint lies between its segments and those of the next one. It holds
the screen as it was then, and stands for one byte: how many are missing nobody knows.
"""

import errno
import os
from collections import deque
from pathlib import Path
from typing import Final

from services.session_driver.terminal.processes import is_there

BASE: Final = "base"
END: Final = "end"
SPOOLER: Final = "spooler"
WRITER: Final = "writer"
SEGMENT: Final = "s.{}"
JOINT: Final = "j.{}"
PARTED: Final = -1
"""The spooler is given up, and another one is to be started."""


class Spool:
    """Reads the segments in a folder in order. Offsets count every byte that was printed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number, self._start = _base(folder / BASE)
        self._file = -1
        self._spooler = 0
        self._behind: deque[tuple[int, int, int]] = deque()
        self._astray = bool(_astray(folder, self._number))
        self.offset = self._start

    @property
    def ended(self) -> bool:
        """Whether everything was read, and nothing more can come."""
        return ((self._folder / END).exists() or self.broken) and self.dry

    @property
    def dry(self) -> bool:
        """Whether everything was read, and nobody writes just now."""
        if _is_held(self._folder / WRITER) or self._goes_on() or self._joint.exists():
            return False
        return self.offset == self._start + self._size()

    @property
    def broken(self) -> bool:
        """Whether nothing is kept any more: the spooler was killed, or its pipe closed."""
        if not self._spooler:
            self._spooler = _pid_in(self._folder / SPOOLER)
        gone = self._spooler > 0 and not is_there(self._spooler)
        return gone or self._spooler == PARTED or self._astray

    @property
    def torn(self) -> bool:
        """Whether the spooler was killed: where its pipe was closed, somebody wanted that."""
        return self.broken and (self._spooler == PARTED or not (self._folder / END).exists())

    @property
    def kept_again(self) -> bool:
        """Whether another spooler has begun since we parted with the last one."""
        return _pid_in(self._folder / SPOOLER) > 0

    @property
    def next_number(self) -> int:
        """The number of the segment, or of the joint, that would come next."""
        return self._number + 1

    def read(self, most: int) -> bytes:
        """Return what is new; nothing where nothing is, or where a joint comes next."""
        if self._file < 0 and not self._open():
            return b""
        data = os.read(self._file, most)
        if not data and self._goes_on():
            data = os.read(self._file, most)  # written between the two looks
            if not data:
                self._advance()
                return self.read(most)
        self.offset += len(data)
        return data

    def cross(self) -> bytes | None:
        """Go past a joint and return the screen as it was there; None where there is none."""
        if not self._joint.exists():
            return None
        picture = self._joint.read_bytes()
        self.offset += 1
        self._advance()
        return picture

    def part(self) -> None:
        """Give the spooler up; a driver after us would go on from here."""
        _replace(self._folder / SPOOLER, str(PARTED))
        self._spooler = PARTED

    def clear(self) -> None:
        """Forget what was kept behind a joint that no driver came to make."""
        for number in _astray(self._folder, self._number):
            self._segment(number).unlink()
        (self._folder / END).unlink(missing_ok=True)

    def join(self, picture: bytes) -> None:
        """Go on with what another spooler keeps since the screen was as in the picture."""
        self._segment(self._number).touch(mode=0o600)
        _replace(self._folder / JOINT.format(self.next_number), picture)
        self._astray, self._spooler = False, 0

    def trim(self, offset: int) -> None:
        """Let go of the segments that are before an offset."""
        done = [number for number, _, end in self._behind if end <= offset]
        for _ in done:
            number, _, end = self._behind.popleft()
            _replace(self._folder / BASE, f"{number + 1} {end}")
            self._segment(number).unlink(missing_ok=True)
            (self._folder / JOINT.format(number)).unlink(missing_ok=True)

    def wipe(self, first: int, end: int) -> None:
        """Overwrite what was read between two offsets, in the segments that are still there."""
        for number, start, stop in (*self._behind, (self._number, self._start, self.offset)):
            low, high = max(first, start), min(end, stop)
            if low < high and (joint := self._folder / JOINT.format(number)).exists():
                _zero(joint, 0, joint.stat().st_size)
            elif low < high:
                _zero(self._segment(number), low - start, high - low)

    def close(self) -> None:
        """Give the file back."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    @property
    def _joint(self) -> Path:
        return self._folder / JOINT.format(self._number)

    def _open(self) -> bool:
        try:
            self._file = os.open(self._segment(self._number), os.O_RDONLY)
        except FileNotFoundError:
            return False
        return True

    def _segment(self, number: int) -> Path:
        return self._folder / SEGMENT.format(number)

    def _goes_on(self) -> bool:
        number = self.next_number
        return self._segment(number).exists() or (self._folder / JOINT.format(number)).exists()

    def _size(self) -> int:
        return os.fstat(self._file).st_size if self._file >= 0 or self._open() else 0

    def _advance(self) -> None:
        self._behind.append((self._number, self._start, self.offset))
        self.close()
        self._number, self._start = self.next_number, self.offset


def _base(file: Path) -> tuple[int, int]:
    """Return the number of the first segment that is kept, and the offset at which it begins."""
    if not file.exists():
        return 0, 0
    number, offset = file.read_text().split()
    return int(number), int(offset)


def _astray(folder: Path, first: int) -> list[int]:
    """Return the numbers of segments that do not follow on those before: a joint is missing."""
    there = {int(each.name[2:]) for each in folder.glob("[sj].*") if each.name[2:].isdigit()}
    while first in there:
        first += 1
    return sorted(number for number in there if number > first)


def _is_held(pipe: Path) -> bool:
    """Whether somebody has this pipe open."""
    try:
        os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
    except OSError as error:
        if error.errno in {errno.ENXIO, errno.ENOENT}:
            return False
        raise
    return True


def _zero(file: Path, at: int, count: int) -> None:
    segment = os.open(file, os.O_WRONLY)
    try:
        os.pwrite(segment, bytes(count), at)
    finally:
        os.close(segment)


def _pid_in(file: Path) -> int:
    try:
        return int(file.read_text())
    except (FileNotFoundError, ValueError):  # it is just being written
        return 0


def _replace(file: Path, content: str | bytes) -> None:
    new = file.with_name(f"{file.name}.new")
    new.touch(mode=0o600)
    new.write_bytes(content.encode() if isinstance(content, str) else content)
    new.replace(file)
