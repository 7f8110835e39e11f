"""The terminal sessions there are, and the last of those that ended."""

from typing import Literal, assert_never

from msgspec import field
from msgspec.structs import replace

from events import sessions
from events.base import Text, Value
from events.review import Integration
from events.vocabulary import SessionFact
from projections.calls import Position

REMEMBERED = 100
"""How many ended sessions stay in the list."""


class Session(Value):
    """One terminal session. Sizes are in character cells, `last_offset` in bytes.

    `control` is how a person took it, while one has it; `ended` says why it is closed.
    """

    session_id: str
    node: str
    epoch: str
    owner: str
    backend: Literal["pty", "tmux", "iterm2"]
    fidelity: Literal["raw", "rendered"]
    name: str
    shell: str
    integration: Integration
    cwd: Text
    cols: int
    rows: int
    pid: int
    target: str = ""
    state: Literal["open", "closed", "lost"] = "open"
    ended: Literal["", "exited", "closed", "shutdown", "idle", "released"] = ""
    gaps: int = 0
    last_offset: int = 0
    control: sessions.ControlTaken | None = None


class Sessions(Value):
    """Sessions by id, oldest first."""

    known: dict[str, Session] = field(default_factory=dict[str, Session])

    def open(self, node: str = "") -> list[Session]:
        """Return the sessions that are open, on one node or on all."""
        return [s for s in self.known.values() if s.state == "open" and node in {"", s.node}]


def evolve(state: Sessions, event: SessionFact, at: Position) -> Sessions:
    """Fold one fact about a session."""
    if isinstance(event, sessions.SessionOpened):
        return Sessions(known={**state.known, event.session_id: _opened(event, at)})
    session = state.known.get(event.session_id)
    if session is None:
        return state
    known = {**state.known, event.session_id: _changed(session, event)}
    return Sessions(known=_forget_oldest(known))


def _opened(event: sessions.SessionOpened, at: Position) -> Session:
    return Session(
        session_id=event.session_id,
        node=at.node,
        epoch=event.epoch,
        owner=event.owner,
        backend=event.backend,
        fidelity=event.fidelity,
        name=event.name,
        shell=event.shell,
        integration=event.integration,
        cwd=event.cwd,
        cols=event.cols,
        rows=event.rows,
        pid=event.pid,
        target=event.target,
    )


def _changed(session: Session, event: SessionFact) -> Session:
    match event:
        case sessions.SessionOpened():
            return session
        case sessions.SessionResized():
            return replace(session, cols=event.cols, rows=event.rows)
        case sessions.SessionClosed() | sessions.SessionLost():
            return _ended(session, event)
        case sessions.RecordingGapped():
            return replace(session, gaps=session.gaps + 1)
        case sessions.ControlTaken() | sessions.ControlReturned():
            taken = isinstance(event, sessions.ControlTaken)
            return replace(session, control=event if taken else None)
        case _:
            assert_never(event)


def _ended(session: Session, event: sessions.SessionClosed | sessions.SessionLost) -> Session:
    after = replace(session, last_offset=event.last_offset, control=None)
    if isinstance(event, sessions.SessionLost):
        return replace(after, state="lost")
    return replace(after, state="closed", ended=event.reason)


def _forget_oldest(known: dict[str, Session]) -> dict[str, Session]:
    ended = [key for key, session in known.items() if session.state != "open"]
    forgotten = set(ended[:-REMEMBERED])
    return {key: session for key, session in known.items() if key not in forgotten}
