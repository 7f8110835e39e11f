"""`eim events`: pages through the log, or follows it."""

import asyncio
import signal
import sys
from collections.abc import AsyncGenerator, Callable
from functools import partial
from typing import Annotated, Final

import msgspec
from cyclopts import Parameter
from cyclopts.validators import Number

from events.recorded import Recorded
from services.cli import here
from services.cli.app import USAGE
from services.cli.following import follow as follow_log
from services.cli.gathering import Gathering
from services.cli.line import in_colour, line
from services.cli.query import Query, query
from services.cli.reading import extent, matching, newest
from services.cli.refused import Refused
from services.runtime.log import Log
from services.runtime.station import Station
from services.words.visible import json_line

USUAL: Final = 20


def events(  # noqa: PLR0913 - each is an option of the command line
    *,
    follow: Annotated[bool, Parameter(name=["--follow", "-f"])] = False,
    lines: Annotated[int | None, Parameter(name=["--lines", "-n"], validator=Number(gte=0))] = None,
    since_seq: Annotated[int, Parameter(validator=Number(gte=0))] = 0,
    call: str = "",
    session: str = "",
    type_: Annotated[tuple[str, ...], Parameter(name="--type")] = (),
    json: bool = False,
) -> int:
    """Show the log.

    Parameters
    ----------
    follow
        Go on with each new event until Ctrl-C.
    lines
        How many of the newest events to show, 20 unless you say; with --since-seq, how many from
        there on.
    since_seq
        Show the events from this number on, instead of the newest: all of them, or with -n a page.
    call
        Only this call; the beginning of its id is enough.
    session
        Only this session.
    type_
        Only this event, such as ToolCallCompleted or call-completed. May be given several times.
    json
        One JSON object per event, complete, for programs.
    """
    wanted, page = query(call, session, type_), _Page(since_seq, lines, follow)
    if since_seq and lines is not None and follow:
        raise Refused("--follow goes on without end: leave out -n, or leave out --since-seq")
    try:
        asyncio.run(_show(here.station(), wanted, page, json=json))
    except _Unknown as error:
        print(f"eim: {error}", file=sys.stderr)
        return USAGE
    return 0


class _Page(msgspec.Struct, frozen=True):
    """`since` is 0 for the newest; `lines` is None where nobody said how many."""

    since: int
    lines: int | None
    follow: bool


class _Unknown(Exception):
    """The log does not know what was asked for."""


type _Print = Callable[[Recorded], None]


async def _show(station: Station, wanted: Query, page: _Page, *, json: bool) -> None:
    """Print what is asked for; the rules are one line where a person follows all that happens."""
    gathering = Gathering(_print_line)
    show = _print_json if json else partial(_print_line, said="")
    if page.follow and not json and not wanted.types:
        show = gathering.take
    async with here.log(station) as log:
        last = await _print_page(log, wanted, page, show)
        if page.follow:
            asyncio.get_running_loop().add_signal_handler(signal.SIGINT, station.stopping.set)
            await follow_log(log, last, _filtered(wanted, show), station.stopping)
    gathering.flush()


async def _print_page(log: Log, wanted: Query, page: _Page, show: _Print) -> int:
    """Print what is there and return the number of the last event."""
    last = (await extent(log)).state.last_seq
    shown = 0
    async for recorded in _shown(log, wanted, page, last):
        last = max(last, recorded.sequence)
        shown += 1
        show(recorded)
    if not shown:
        await _check_known(log, wanted)
    return last


async def _shown(log: Log, wanted: Query, page: _Page, last: int) -> AsyncGenerator[Recorded]:
    if not page.since:
        count = USUAL if page.lines is None else page.lines
        for recorded in await newest(log, wanted, count, last):
            yield recorded
        return
    shown = 0
    async for recorded in matching(log, wanted, page.since - 1):
        if shown == page.lines:
            print(f"eim: more follow; go on with --since-seq {recorded.sequence}", file=sys.stderr)
            return
        shown += 1
        yield recorded


async def _check_known(log: Log, wanted: Query) -> None:
    """Raise _Unknown where the log holds nothing at all about the session, or about the call."""
    if wanted.session and not await _holds(log, Query(session=wanted.session)):
        raise _Unknown(
            f"the log knows no session {wanted.session!r};"
            " `eim events --type SessionOpened` shows which there were"
        )
    if wanted.call and not await _holds(log, Query(call=wanted.call)):
        raise _Unknown(
            f"the log knows no call that begins with {wanted.call!r};"
            " `eim events --type ToolCallRequested` shows which there were"
        )


async def _holds(log: Log, wanted: Query) -> bool:
    async for _ in matching(log, wanted):
        return True
    return False


def _filtered(wanted: Query, show: _Print) -> _Print:
    return lambda recorded: show(recorded) if wanted.wants(recorded) else None


def _print_json(recorded: Recorded) -> None:
    print(json_line(msgspec.json.encode(recorded)), flush=True)


def _print_line(recorded: Recorded, said: str) -> None:
    print(line(recorded, colour=in_colour(), said=said), flush=True)
