"""What is recorded of a terminal that has become a session, whether started or adopted."""

from events.actions import AdoptSession, OpenSession
from events.sessions import SessionOpened
from services.session_driver.live import Live


def opened(live: Live, action: OpenSession | AdoptSession) -> SessionOpened:
    """Say that the terminal is a session from now on, and how it is now."""
    facts, (cols, rows) = live.terminal.context_facts(), live.terminal.size()
    return SessionOpened(
        session_id=live.opened.session_id,
        epoch=live.opened.epoch,
        owner=live.opened.owner,
        backend=action.backend,
        fidelity=live.terminal.host.fidelity,
        name=action.name,
        shell=facts.shell,
        integration=facts.integration,
        cwd=facts.cwd,
        cols=cols,
        rows=rows,
        pid=live.terminal.pid,
        target=action.target if isinstance(action, AdoptSession) else "",
        offset=live.terminal.offset,
    )
