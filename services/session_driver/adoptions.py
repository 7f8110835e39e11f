"""Adopts terminals that people have open: which there are, and how one becomes a session."""

import asyncio
import secrets
import time
from collections.abc import Iterable

from events.actions import AdoptSession
from events.calls import Completion, ToolCallCompleted, ToolCallFailed
from events.review import Context
from projections.calls import Call
from services.contract.terminal import PaneNote, WhichPanes, context_of, panes_of
from services.session_driver.closing import until_closed
from services.session_driver.live import Live, recorded
from services.session_driver.opened import opened
from services.session_driver.opening import FULL, Surroundings
from services.session_driver.running import failed
from services.session_driver.terminal.backends import Backends
from services.session_driver.terminal.host import NoSuchPane, Pane
from services.session_driver.terminal.memory import Identity, encoded, first_rest
from services.session_driver.terminal.session import Terminal
from services.session_driver.terminals import OpenTerminals


class Adoptions:
    """The terminals of people on this node."""

    def __init__(
        self, terminals: OpenTerminals, surroundings: Surroundings, backends: Backends
    ) -> None:
        self._terminals = terminals
        self._around = surroundings
        self._backends = backends

    async def panes(self, which: WhichPanes) -> list[PaneNote]:
        """Return what could be adopted now."""
        names = [which.backend] if which.backend else [*self._backends.adoptable]
        found = await asyncio.gather(*map(self._panes_in, names))
        notes = (note for notes in found for note in notes)
        return [note for note in notes if which.target in {"", note.target}]

    async def context(self, call: Call, action: AdoptSession) -> Context | None:
        """Return what runs there, None where there is no such terminal (any more)."""
        found = await self.panes(panes_of(action))
        return context_of(call.session_id, call.principal, found[0]) if found else None

    async def adopt(self, call: Call, action: AdoptSession) -> ToolCallCompleted | ToolCallFailed:
        """Take the terminal as a session from now on."""
        began = time.monotonic()
        if len(self._terminals.live) >= self._around.most:
            return failed(call, "too_many_sessions", FULL.format(self._around.most))
        try:
            live = await self._taken(call, action)
        except NoSuchPane as error:
            return failed(call, "no_such_target", f"{error}. Nothing was adopted.")
        await self._terminals.insist(opened(live, action))
        self._terminals.tasks.start(until_closed(self._terminals, live))
        return ToolCallCompleted(
            call_id=call.call_id,
            session_id=call.session_id,
            completion=Completion(source="none", confirmed=True),
            duration_ms=int((time.monotonic() - began) * 1000),
        )

    async def _panes_in(self, name: str) -> Iterable[PaneNote]:
        backend = self._backends.adoptable.get(name)
        return [_note(name, pane) for pane in await backend.panes()] if backend else ()

    async def _taken(self, call: Call, action: AdoptSession) -> Live:
        backend = self._backends.adoptable.get(action.backend)
        panes = await backend.panes() if backend else ()
        pane = next((pane for pane in panes if pane.target == action.target), None)
        if backend is None or pane is None:
            raise NoSuchPane(f"there is no {action.backend}:{action.target} to adopt")
        identity = Identity(
            session_id=call.session_id,
            epoch=secrets.token_hex(8),
            owner=call.principal,
            nonce=secrets.token_hex(16),
            shell=pane.shell,
            requested={},
        )
        terminal = Terminal(identity, (pane.cols, pane.rows))
        terminal.live_on(await backend.adopt(pane.target, encoded(identity), terminal.absorb))
        live = recorded(terminal, self._terminals.log, self._around.limit)
        terminal.host.keep(*first_rest())
        self._terminals.begin(live)
        return live


def _note(backend: str, pane: Pane) -> PaneNote:
    return PaneNote(
        backend="tmux" if backend == "tmux" else "iterm2",
        target=pane.target,
        title=pane.title,
        program=pane.program,
        cwd=pane.cwd,
        cols=pane.cols,
        rows=pane.rows,
    )
