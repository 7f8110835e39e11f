"""The processes of a terminal: all of its session, whatever process group they moved to."""

import asyncio
import os
import signal
import sys
from contextlib import suppress
from typing import Final

import psutil

HANGUP_SECONDS: Final = 1.0
KILL_ROUNDS: Final = 50
KILL_PAUSE_SECONDS: Final = 0.005
COMM_LENGTH: Final = 15  # where the kernel cuts a program's name


def signal_session(leader: int, signum: int) -> None:
    """Signal every process of a session."""
    for pid in _members(leader):
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signum)


async def end_session(leader: int, exited: asyncio.Future[int]) -> None:
    """Hang up, then kill what is left."""
    with suppress(TimeoutError):
        signal_session(leader, signal.SIGHUP)
        signal_session(leader, signal.SIGCONT)  # a stopped job sees it only once it runs
        async with asyncio.timeout(HANGUP_SECONDS):
            await asyncio.shield(exited)
    for _ in range(KILL_ROUNDS):  # a process may fork while the others are being listed
        signal_session(leader, signal.SIGKILL)
        await asyncio.sleep(KILL_PAUSE_SECONDS)
        if not _members(leader):
            return


def is_there(pid: int) -> bool:
    """Whether a process is there, be it only for somebody to learn how it ended."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _members(leader: int) -> list[int]:
    return [pid for pid in psutil.pids() if _lives_in(leader, pid)]


def _lives_in(session: int, pid: int) -> bool:
    try:
        return os.getsid(pid) == session and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except (ProcessLookupError, PermissionError, psutil.Error):
        return False


def program_of(pgid: int) -> str:
    """Name the program that leads a process group; empty where it is already gone.

    Asked several times for each command, so Linux is read in one go; it cuts long names.
    """
    name = _read_comm(pgid) if sys.platform == "linux" else ""
    if name and len(name) < COMM_LENGTH:
        return name
    try:
        return psutil.Process(pgid).name()
    except (psutil.Error, ValueError):
        return ""


def arguments_of(pgid: int) -> tuple[str, ...]:
    """Return the command line of the program that leads a process group, if it is there."""
    try:
        return tuple(psutil.Process(pgid).cmdline()) if pgid > 0 else ()
    except (psutil.Error, ValueError):
        return ()


def _read_comm(pid: int) -> str:
    try:
        file = os.open(f"/proc/{pid}/comm", os.O_RDONLY)
        try:
            return os.read(file, COMM_LENGTH + 1).decode(errors="replace").rstrip("\n")
        finally:
            os.close(file)
    except OSError:  # ENOENT where it is gone, ESRCH where it went between the open and the read
        return ""
