"""Whether a folder can hold our data; where it cannot, why, and what to do."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

ANOTHER: Final = "set EIM_HOME to another folder"


class HomeUnusable(RuntimeError):
    """The data folder cannot be used; `problem` says why, `step` what to do."""

    def __init__(self, root: Path, why: str, step: str) -> None:
        self.problem, self.step = f"the data folder {root} cannot be used: {why}", step
        super().__init__(f"{self.problem}; {step}")


def check_place(root: Path) -> None:
    """Raise HomeUnusable where there is something else than a folder."""
    if not (there := _nearest(root)).is_dir():
        raise _no_folder(root, there)


def check_writable(root: Path) -> None:
    """Raise HomeUnusable where the folder is not there and cannot be made, or takes no files."""
    check_place(root)
    check_each(root, [_nearest(root)])


def check_each(root: Path, folders: Iterable[Path]) -> None:
    """Raise HomeUnusable where one of these takes no files."""
    for folder in folders:
        if not os.access(folder, os.W_OK | os.X_OK):
            why = "is read-only" if _read_only(folder) else "cannot be written by this user"
            raise HomeUnusable(root, f"{folder} {why}", f"make it writable, or {ANOTHER}")


def cannot_make(root: Path, error: OSError) -> HomeUnusable:
    """Say that a folder of ours cannot be made."""
    place = Path(error.filename)
    if isinstance(error, FileExistsError):
        return _no_folder(root, place)
    step = f"make {place.parent} writable, or {ANOTHER}"
    return HomeUnusable(root, f"{place} cannot be made ({error.strerror})", step)


def _no_folder(root: Path, place: Path) -> HomeUnusable:
    return HomeUnusable(root, f"{place} is not a folder", f"move it away, or {ANOTHER}")


def _nearest(root: Path) -> Path:
    """Return the folder itself or, where it is not there yet, what it would be made in."""
    return next(place for place in (root, *root.parents) if os.path.lexists(place))


def _read_only(folder: Path) -> bool:
    return bool(os.statvfs(folder).f_flag & os.ST_RDONLY)
