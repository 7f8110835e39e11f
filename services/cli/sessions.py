"""Which terminal sessions are open, read from the log."""

from events.sessions import SessionClosed, SessionLost, SessionOpened
from services.cli.query import Query
from services.cli.reading import matching
from services.runtime.log import Log


async def open_sessions(log: Log) -> dict[str, SessionOpened]:
    """Return the open sessions by id, oldest first. Raises LogUnavailable."""
    found: dict[str, SessionOpened] = {}
    async for recorded in matching(log, Query(types=(SessionOpened,))):
        if isinstance(recorded.event, SessionOpened):
            found[recorded.event.session_id] = recorded.event
    for ended in (SessionClosed, SessionLost):
        async for recorded in matching(log, Query(types=(ended,))):
            found.pop(recorded.event.session_id, None)
    return found
