"""Becomes another program that the kernel ends with its parent: PARENT PROGRAM ARGUMENT...

Run by its path. Linux can do this, and only the child can ask for it, between fork and exec,
where a process with threads must not run Python.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Ask for the signal, then become the program."""
    parent, *program = sys.argv[1:]
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != int(parent):
        sys.exit("the parent is gone")
    os.execv(program[0], program)  # noqa: S606 - to become the program is the purpose


if __name__ == "__main__":
    main()
