"""The event loop of every long-running process."""

from collections.abc import Coroutine

import uvloop


def run_loop[T](main: Coroutine[None, None, T]) -> T:
    """Run until `main` returns."""
    return uvloop.run(main)
