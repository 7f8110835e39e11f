"""What a pane printed, as `spool.sh` keeps it: numbered segments, of which we read and let go."""

import os
from collections import deque
from pathlib import Path
from typing import Final

from services.session_driver.terminal.processes import is_there

BASE: Final = "base"
END: Final = "end"
SPOOLER: Final = "spooler"
SEGMENT: Final = "s.{}"


class Spool:
    """Reads the segments in a folder in order. Offsets count every byte that was printed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number, self._start = _base(folder / BASE)
        self._next = self._path(self._number + 1)
        self._file = -1
        self._spooler = 0
        self._behind: deque[tuple[int, int]] = deque()
        self.offset = self._start

    @property
    def ended(self) -> bool:
        """Whether everything was read, and nothing more can come."""
        if not ((self._folder / END).exists() or self.broken):
            return False
        return not self._next.exists() and self.offset == self._start + self._size()

    @property
    def broken(self) -> bool:
        """Whether nothing is kept any more: the spooler was killed, or its pipe closed."""
        if not self._spooler:
            self._spooler = _pid_in(self._folder / SPOOLER)
        return self._spooler > 0 and not is_there(self._spooler)

    def read(self, most: int) -> bytes:
        """Return what is new; nothing where nothing is."""
        if self._file < 0 and not self._open():
            return b""
        data = os.read(self._file, most)
        if not data and self._next.exists():
            data = os.read(self._file, most)  # written between the two looks
            if not data:
                self._advance()
                return self.read(most)
        self.offset += len(data)
        return data

    def trim(self, offset: int) -> None:
        """Let go of the segments that are before an offset."""
        done = [number for number, end in self._behind if end <= offset]
        if not done:
            return
        for _ in done:
            number, end = self._behind.popleft()
            _replace(self._folder / BASE, f"{number + 1} {end}")
            self._path(number).unlink(missing_ok=True)

    def wipe(self, first: int, end: int) -> None:
        """Overwrite what was read between two offsets, in the segments that are still there."""
        ends = [*self._behind, (self._number, self.offset)]
        sizes = [self._path(number).stat().st_size for number, _ in self._behind]
        starts = [stop - size for (_, stop), size in zip(self._behind, sizes, strict=True)]
        for (number, stop), start in zip(ends, [*starts, self._start], strict=True):
            low, high = max(first, start), min(end, stop)
            if low < high:
                _zero(self._path(number), low - start, high - low)

    def close(self) -> None:
        """Give the file back."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _open(self) -> bool:
        try:
            self._file = os.open(self._path(self._number), os.O_RDONLY)
        except FileNotFoundError:
            return False
        return True

    def _path(self, number: int) -> Path:
        return self._folder / SEGMENT.format(number)

    def _size(self) -> int:
        return os.fstat(self._file).st_size if self._file >= 0 or self._open() else 0

    def _advance(self) -> None:
        self._behind.append((self._number, self.offset))
        self.close()
        self._number, self._start = self._number + 1, self.offset
        self._next = self._path(self._number + 1)


def _base(file: Path) -> tuple[int, int]:
    """Return the number of the first segment that is kept, and the offset at which it begins."""
    if not file.exists():
        return 0, 0
    number, offset = file.read_text().split()
    return int(number), int(offset)


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


def _replace(file: Path, text: str) -> None:
    new = file.with_suffix(".new")
    new.write_text(text)
    new.replace(file)
