"""Hears from the log which questions are asked and settled, and tells the surfaces."""

import asyncio
import logging
from typing import Protocol

from events.approvals import (
    ApprovalDenied,
    ApprovalExpired,
    ApprovalGranted,
    ApprovalRequested,
    ApprovalWithdrawn,
)
from events.lifecycle import State
from events.recorded import Recorded
from projections.terminals import Terminals
from services.contract.approval import APPROVALS, REVIEWER, OpenApproval, WhichApprovals
from services.notifier.message import Settled
from services.runtime.log import Log
from services.runtime.projector import Projector
from services.runtime.rpc import Declined, Unanswered, ask

logger = logging.getLogger(__name__)
WAITING = 1_000
"""Events that a slow surface may be behind; more are left out, and people have eim approvals."""


class Surface(Protocol):
    """Where people see questions. No call raises: nobody can do more about it than log it."""

    async def began(self, still_open: frozenset[str]) -> None:
        """Catch up: only these questions are open now."""
        ...

    async def asked(self, question: OpenApproval) -> None:
        """Show a question, unless it was shown before."""
        ...

    async def settled(self, event: Settled) -> None:
        """Show what became of it."""
        ...


class Watch:
    """One surface and what it has yet to be told: a slow one holds up no other."""

    def __init__(self, log: Log, terminals: Projector[Terminals], surface: Surface) -> None:
        self._log = log
        self._terminals = terminals
        self._surface = surface
        self._news: asyncio.Queue[str | Settled] = asyncio.Queue(WAITING)

    def listen(self, recorded: Recorded) -> None:
        """Note what concerns people."""
        match recorded.event:
            case ApprovalRequested(approval_id=approval_id):
                self._note(approval_id)
            case ApprovalGranted() | ApprovalDenied() | ApprovalExpired() | ApprovalWithdrawn():
                self._note(recorded.event)
            case _:
                return

    async def run(self) -> None:
        """Tell the surface of everything that waits now, then of all that happens."""
        await self._terminals.ready()
        calls = self._terminals.state.calls.open.values()
        waiting = [call.approval_id for call in calls if call.state is State.AWAITING_APPROVAL]
        await self._surface.began(frozenset(waiting))
        for approval_id in waiting:
            await self._asked(approval_id)
        while True:
            news = await self._news.get()
            if isinstance(news, str):
                await self._asked(news)
            else:
                await self._surface.settled(news)

    def _note(self, news: str | Settled) -> None:
        try:
            self._news.put_nowait(news)
        except asyncio.QueueFull:
            logger.warning("people are not told of an approval: too many are waiting to be told")

    async def _asked(self, approval_id: str) -> None:
        which = WhichApprovals(approval_id=approval_id)
        try:
            found = await ask(self._log.client, REVIEWER, APPROVALS, which, 5.0)
        except (Unanswered, Declined) as error:
            logger.warning("people are not told of %s: %s", approval_id, error)
            return
        for question in found.approvals:
            await self._surface.asked(question)
