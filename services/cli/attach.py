"""`eim attach`: shows a session in this terminal."""

import asyncio
from pathlib import Path
from typing import Final

from services.cli import here
from services.cli.refused import Refused
from services.cli.viewing.link import Link, signals
from services.cli.viewing.tty import Tty, raw_terminal
from services.cli.viewing.window import Window
from services.contract.view import socket_of

LOOP: Final = (
    "this is run inside session {session}, which an assistant uses: a session cannot show itself,"
    " and what an assistant runs cannot take control; use a window of your own"
)


def attach(session: str = "", /, *, read_only: bool = False) -> int:
    """Show a session in this terminal.

    Parameters
    ----------
    session
        Its id, the beginning of that, or its name; none is needed where one session is open.
    read_only
        Only look: nothing is typed, and the session keeps its size.
    """
    if inside := here.variable("EIM_SESSION"):
        raise Refused(LOOP.format(session=ascii(inside)))
    station = here.station()
    at = socket_of(station.home.run, station.config.clustering.node)
    with raw_terminal() as descriptor:
        said = asyncio.run(_shown(at, session, descriptor, writes=not read_only))
    print(said)
    return 0


async def _shown(at: Path, session: str, descriptor: int, *, writes: bool) -> str:
    tty = Tty(descriptor)
    window = Window(tty, writes=writes)
    link = asyncio.ensure_future(Link(at, window, tty).run(session, writes=writes))
    left = asyncio.ensure_future(window.left.wait())
    tty.listen(window.pressed)
    try:
        with signals(window):
            await asyncio.wait((link, left), return_when=asyncio.FIRST_COMPLETED)
    finally:
        tty.leave()
        left.cancel()
    if link.done():
        return link.result()
    link.cancel()
    await asyncio.wait((link,))
    return f"Detached from {window.session_id}; it goes on."
