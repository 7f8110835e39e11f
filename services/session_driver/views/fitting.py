"""Keeps a session as large as fits into every view that may type."""

import asyncio

from events.sessions import SessionResized
from services.session_driver.live import Live
from services.session_driver.terminals import OpenTerminals

RESTS = 0.2
"""Seconds for which a size is gathered: a window that is dragged has a hundred of them."""


def fit(terminals: OpenTerminals, live: Live) -> None:
    """Give the session the size that its views want now; where nobody types, it keeps the last."""
    size = live.audience.size
    if live.gone.is_set() or size is None or size == live.terminal.size():
        return
    live.resize(*size)
    live.audience.redraw()  # other views are larger, or had another size until now
    tell_size(terminals, live)


def tell_size(terminals: OpenTerminals, live: Live) -> None:
    """Have the size recorded once it no longer changes."""
    if not live.resizing:
        live.resizing = True
        terminals.tasks.start(_tell(terminals, live))


async def _tell(terminals: OpenTerminals, live: Live) -> None:
    await asyncio.sleep(RESTS)
    live.resizing = False
    if live.gone.is_set():
        return
    cols, rows = live.terminal.size()
    await terminals.insist(SessionResized(session_id=live.opened.session_id, cols=cols, rows=rows))
