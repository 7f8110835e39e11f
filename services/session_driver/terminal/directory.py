"""Where a program is, as the kernel says."""

import os
import sys

import psutil


def directory_of(pid: int) -> str:
    """Return a program's working directory; empty where it is gone or not ours to look at.

    Bytes that are no UTF-8 are shown as `\\xff`: what is recorded must be a text.
    """
    try:
        if sys.platform == "linux":
            path = os.readlink(f"/proc/{pid}/cwd")  # noqa: PTH115 - asked twice for each command
        else:
            path = psutil.Process(pid).cwd()
        return os.fsencode(path).decode(errors="backslashreplace")
    except (psutil.Error, OSError):
        return ""
