"""Starts a program that belongs to nobody: PROGRAM ARGUMENT... Prints its process number.

Run by its path. A client may end everything that it started, and what that started; the stack
in the background is not the client's to end.
"""

import os
import sys


def main() -> None:
    """Leave a child behind in a session of its own; its output goes where our errors go."""
    pid = os.fork()
    if pid:
        print(pid)
        return
    os.setsid()
    os.dup2(2, 1)
    os.execv(sys.argv[1], sys.argv[1:])  # noqa: S606 - to become the program is the purpose


if __name__ == "__main__":
    main()
