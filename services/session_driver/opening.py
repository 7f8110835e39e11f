"""Opens terminals: a shell on a PTY with our marks, its recording, and the record of both."""

import os
import pwd
import secrets
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

import msgspec

from events.actions import OpenSession
from events.base import plain
from events.calls import Completion, ToolCallCompleted, ToolCallFailed
from projections.calls import Call
from services.session_driver.closing import until_closed
from services.session_driver.live import Live, recorded
from services.session_driver.opened import opened
from services.session_driver.running import failed
from services.session_driver.terminal.backends import Backends
from services.session_driver.terminal.host import NoSuchPane
from services.session_driver.terminal.memory import Identity, first_rest
from services.session_driver.terminal.session import Terminal
from services.session_driver.terminal.shells import Opening
from services.session_driver.terminal.showing import Showing, Wanted
from services.session_driver.terminals import OpenTerminals

FIRST_PROMPT = 10.0
"""Seconds that a shell has for its first prompt; a slower one is opened all the same."""
FULL = (
    "All {} sessions of this machine are in use (performance.maxSessions). Close one with "
    "close_session, or have the user raise that setting."
)
NOWHERE = (
    "No iTerm2 can be used here: it runs on macOS only, and terminal.iterm2 must not be off. "
    "Leave placement out."
)
UNSEEN = (
    "The session is open, but it could not be shown: {why} The user sees it in any terminal with: "
    "eim attach {session}"
)


class Surroundings(msgspec.Struct, frozen=True):
    """What a terminal starts from: a private folder, the user's environment, a recording limit.

    `watched` are the variables that the policy weighs when they change, `most` is how many
    terminals there may be at once.
    """

    folder: Path
    environment: Mapping[str, str]
    limit: int
    watched: tuple[str, ...]
    most: int

    def __repr__(self) -> str:
        return f"Surroundings({self.folder})"


class Openings:
    """Opens the terminals of this node."""

    def __init__(
        self, terminals: OpenTerminals, surroundings: Surroundings, backends: Backends
    ) -> None:
        self._terminals = terminals
        self.around = surroundings
        self.backends = backends
        self._begun: set[str] = set()
        self.showing: Showing | None = None

    async def open(self, call: Call, action: OpenSession) -> ToolCallCompleted | ToolCallFailed:
        """Start a shell and wait for its first prompt, if there is room for one more."""
        if len(self._begun | self._terminals.live.keys()) >= self.around.most:
            return failed(call, "too_many_sessions", FULL.format(self.around.most))
        self._begun.add(call.session_id)
        try:
            return await self._opened(call, action)
        finally:
            self._begun.discard(call.session_id)

    async def _opened(self, call: Call, action: OpenSession) -> ToolCallCompleted | ToolCallFailed:
        began = time.monotonic()
        shell = self._shell(action.shell)
        cwd = self._directory(plain(action.cwd))
        if shell is None:
            return failed(call, "no_such_shell", f"There is no shell {action.shell!r} here.")
        if cwd is None:
            reason = f"There is no directory {plain(action.cwd)!r}."
            return failed(call, "no_such_directory", reason)
        if action.placement != "background" and self.showing is None:
            return failed(call, "unsupported_placement", NOWHERE)
        live = await self._start(call, action, self._opening(call, action, (shell, cwd)))
        await live.terminal.ready(FIRST_PROMPT)
        await self._terminals.insist(opened(live, action))
        self._terminals.tasks.start(until_closed(self._terminals, live))
        notice = await self._show(call.session_id, action, str(cwd))
        return ToolCallCompleted(
            call_id=call.call_id,
            session_id=call.session_id,
            completion=_first_prompt(live),
            duration_ms=int((time.monotonic() - began) * 1000),
            notice=notice,
        )

    async def _show(self, session_id: str, action: OpenSession, cwd: str) -> str:
        """Show the session where it is to be seen; return what to do where that fails."""
        if self.showing is None or action.placement == "background":
            return ""
        where = (action.placement, action.profile, action.split_from)
        try:
            await self.showing.show(Wanted(session_id, action.name, cwd, *where))
        except (OSError, NoSuchPane) as error:
            return UNSEEN.format(why=str(error), session=session_id)
        return ""

    def _shell(self, wanted: str) -> str | None:
        environment = self.around.environment
        shell = wanted or environment.get("SHELL") or pwd.getpwuid(os.getuid()).pw_shell or "sh"
        return shutil.which(shell, path=environment.get("PATH"))

    def _directory(self, wanted: str) -> Path | None:
        home = self.around.environment.get("HOME", "/")
        path = Path(home, wanted.removeprefix("~/") if wanted != "~" else "")
        return path if path.is_dir() else None

    def _opening(self, call: Call, action: OpenSession, where: tuple[str, Path]) -> Opening:
        return Opening(
            session_id=call.session_id,
            shell=where[0],
            cwd=str(where[1]),
            folder=self.around.folder,
            environment=self.around.environment,
            requested={name: plain(value) for name, value in action.env.items()},
            watched=self.around.watched,
            cols=action.cols,
            rows=action.rows,
        )

    async def _start(self, call: Call, action: OpenSession, opening: Opening) -> Live:
        identity = Identity(
            session_id=call.session_id,
            epoch=secrets.token_hex(8),
            owner=call.principal,
            nonce=secrets.token_hex(16),
            shell=opening.shell,
            requested=dict(opening.requested),
        )
        backend = self.backends.of(action.backend)
        terminal = await Terminal.open(opening, identity, backend)
        live = recorded(terminal, self._terminals.log, self.around.limit)
        terminal.host.keep(*first_rest())
        self._terminals.begin(live)
        return live


def _first_prompt(live: Live) -> Completion:
    prompt = live.terminal.prompt
    source = "marker" if prompt.markers else "osc133"
    return Completion(source=source, confirmed=live.context().prompt == "idle")
