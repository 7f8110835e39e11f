"""Starts the stack in the background; those who start it at the same time share one."""

import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import msgspec
import psutil

from services.cli.record import Running, running_stack
from services.cli.refused import Refused
from services.runtime import config, orphan
from services.runtime.config import Home
from services.runtime.lock import Taken, only_one

READY_WITHIN: Final = 75.0
"""Seconds; longer than the broker may take to read a large log after a crash."""
LOG_BYTES: Final = 10 * 1024 * 1024
ROOT: Final = Path(__file__).parents[2]
NOT_INHERITED: Final = frozenset({"EIM_CLIENT_KEY", "EIM_SESSION", "EIM_CONFIG"})


class _Child(msgspec.Struct, frozen=True):
    """The stack that we started; `log_size` is where its own words begin in the log."""

    pid: int
    log_size: int

    def lives(self) -> bool:
        try:
            return psutil.Process(self.pid).status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False


def shared_stack(home: Home, flags: Sequence[str] = ()) -> Running:
    """Return the stack of this home, started if there was none. Raises Refused."""
    home.create()
    until = time.monotonic() + READY_WITHIN
    with _alone(home, until):
        child = None if running_stack(home) else _start(home, flags)
        return _until_ready(home, child, until)


def log_file(home: Home) -> Path:
    """Return where a stack in the background writes what it has to say."""
    return home.logs / "stack.log"


@contextmanager
def _alone(home: Home, until: float) -> Generator[None]:
    with ExitStack() as held:
        while True:
            try:
                held.enter_context(only_one(home.run / "start.lock", "a start of the stack"))
                break
            except Taken:
                if time.monotonic() > until:
                    raise
                time.sleep(0.03)
        yield


def _start(home: Home, flags: Sequence[str]) -> _Child:
    path = log_file(home)
    if path.exists() and path.stat().st_size > LOG_BYTES:
        path.replace(path.with_suffix(".log.1"))
    with path.open("ab") as log:
        command = [sys.executable, "-m", "services.cli", "up", *flags]
        launched = subprocess.run(
            [sys.executable, "-I", "-S", orphan.__file__, *command],
            env=_environment(home),
            cwd=ROOT,  # not the caller's: that may be a repository with modules of our names
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            check=True,
        )
        return _Child(int(launched.stdout), log.tell())


def _environment(home: Home) -> dict[str, str]:
    kept = {k: v for k, v in config.environment().items() if k not in NOT_INHERITED}
    return {**kept, "EIM_HOME": str(home.root)}


def _until_ready(home: Home, child: _Child | None, until: float) -> Running:
    while time.monotonic() < until:
        ended = child is None or not child.lives()
        running = running_stack(home)
        if running and running.ready:
            return running
        if running is None and ended:
            raise Refused(f"the stack did not start: {_said(home, child)}")
        time.sleep(0.03)
    raise Refused(f"the stack was not ready within {READY_WITHIN:.0f} s (see {log_file(home)})")


def _said(home: Home, child: _Child | None) -> str:
    """Return the last words of a stack that ended."""
    with log_file(home).open("rb") as log:
        log.seek(child.log_size if child else 0)
        lines = log.read().decode(errors="replace").splitlines()
    told = [line.removeprefix("eim:").strip() for line in lines if not line.startswith("{")]
    return (
        "\n     ".join(told[-3:] or lines[-1:] or ["it said nothing"]) + f" (see {log_file(home)})"
    )
