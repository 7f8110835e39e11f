"""Keeps decisions out of the reach of what runs in the driver's terminals."""

import os
from collections.abc import Iterator

import psutil

from services.cli import here
from services.cli.record import running_stack
from services.cli.refused import Refused
from services.cli.sessions import open_sessions
from services.runtime.log import Log
from services.runtime.station import Station

MESSAGE = (
    "decisions are not taken inside a terminal that the assistant uses (session {session});"
    " decide in a window of your own"
)


async def refuse_managed_terminal(station: Station, log: Log) -> None:
    """Raise Refused where this process runs in one of the driver's terminals, or below one."""
    if session := here.variable("EIM_SESSION"):
        raise Refused(MESSAGE.format(session=ascii(session)))
    pids = _ancestors()
    stack = running_stack(station.home)
    if stack and stack.pid in pids:
        raise Refused(MESSAGE.format(session="unknown"))
    ttys = set(_terminals())
    for session in (await open_sessions(log)).values():
        if session.pid and (session.pid in pids or _terminal(session.pid) in ttys):
            raise Refused(MESSAGE.format(session=session.session_id))


def _ancestors() -> set[int]:
    me = psutil.Process()
    return {me.pid, *(parent.pid for parent in me.parents())}


def _terminals() -> Iterator[str]:
    """Yield the controlling terminal and those behind our standard streams."""
    if controlling := psutil.Process().terminal():
        yield controlling
    for descriptor in (0, 1, 2):
        if os.isatty(descriptor):
            yield os.ttyname(descriptor)


def _terminal(pid: int) -> str:
    """Return the terminal of a process, a text that no terminal has where there is none."""
    try:
        return psutil.Process(pid).terminal() or "none"
    except psutil.Error:
        return "none"
