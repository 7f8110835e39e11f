"""Whether a process that is remembered by its number is the one that holds a lock."""

from pathlib import Path

import psutil


def has_open(pid: int, path: Path) -> bool:
    """Whether a process lives and holds our lock: not one that only reuses a number.

    Neither does one that is dead and not reaped yet. Its start would tell less: that is counted
    from the start of the machine, which moves with the clock.
    """
    try:
        open_files = {Path(file.path) for file in psutil.Process(pid).open_files()}
    except psutil.Error:
        return False
    return path.resolve() in open_files
