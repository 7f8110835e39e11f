"""Where views ask for a session: which one they mean, and whether they may have it."""

import os
import pwd
from collections.abc import Iterable

import psutil

from projections.terminals import Terminals
from services.runtime.projector import Projector
from services.session_driver.control import Control
from services.session_driver.live import Live
from services.session_driver.terminals import OpenTerminals

LOOP = (
    "this is run inside session {session}, which an assistant uses: a session cannot show itself,"
    " and what an assistant runs cannot take control; use a window of your own"
)


class NotShown(RuntimeError):
    """The view cannot have what it asks for; the message says what to do."""


class Lobby:
    """Finds the session that a person means."""

    def __init__(
        self, terminals: OpenTerminals, fold: Projector[Terminals], control: Control
    ) -> None:
        self.terminals = terminals
        self.control = control
        self._fold = fold

    def enter(self, wanted: str, pid: int) -> Live:
        """Return the session for a view of this process. Raises NotShown."""
        if session_id := self.inside(pid):
            raise NotShown(LOOP.format(session=session_id))
        return self.find(wanted)

    def inside(self, pid: int) -> str:
        """Return the session in which a process runs, empty where it is in none."""
        above = _above(pid)
        for session_id, live in self.terminals.live.items():
            if live.terminal.pid in above or _same_terminal(pid, live.terminal.pid):
                return session_id
        return ""

    def find(self, wanted: str) -> Live:
        """Return the one open session of this id, beginning or name. Raises NotShown."""
        found = self._meant(wanted)
        if len(found) == 1:
            return found[0]
        if not self.terminals.live:
            raise NotShown("no session is open; an assistant opens one with open_session")
        fits = f"{wanted!r} fits {len(found) or 'none'} of" if wanted else "name one of"
        listed = self._listed(found or self.terminals.live.values())
        raise NotShown(f"{fits} the open sessions:\n{listed}")

    def _meant(self, wanted: str) -> list[Live]:
        live = self.terminals.live
        if exact := live.get(wanted):
            return [exact]
        named = [each for each in live.values() if wanted and self._name(each) == wanted]
        return named or [each for key, each in live.items() if key.startswith(wanted)]

    def _name(self, live: Live) -> str:
        session = self._fold.state.sessions.known.get(live.opened.session_id)
        return session.name if session else ""

    def _listed(self, sessions: Iterable[Live]) -> str:
        return "\n".join(
            f"       {each.opened.session_id}  {self._name(each):<16.16}  of {each.opened.owner}"
            for each in sessions
        )


def person(uid: int) -> str:
    """Name the person at a view: the user whom the system knows."""
    try:
        return f"cli:{pwd.getpwuid(uid).pw_name}"
    except KeyError:
        return f"cli:{uid}"


def _above(pid: int) -> set[int]:
    try:
        return {pid, *(parent.pid for parent in psutil.Process(pid).parents())} - {os.getpid()}
    except psutil.Error:
        return {pid}


def _same_terminal(one: int, other: int) -> bool:
    """Whether two processes have one session, and so one controlling terminal (setsid(2))."""
    try:
        return os.getsid(one) == os.getsid(other)
    except (ProcessLookupError, PermissionError):
        return False
