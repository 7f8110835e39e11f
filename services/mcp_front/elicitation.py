"""Asks a client's user about a call, where the policy takes the client's word for the answer.

Whoever decides first counts, by whatever way: the dialog is taken back when somebody else did.
"""

import asyncio
import logging
from typing import Final

from events.approvals import ApprovalGranted, ApprovalRequested
from events.calls import ToolCallCleared
from events.lifecycle import ENDINGS, State
from events.recorded import Recorded
from projections.calls import Call
from projections.terminals import Terminals
from services.contract.approval import (
    CLIENT,
    ELICITABLE,
    ELICITED,
    REVIEWER,
    Decide,
    Elicit,
    OpenApproval,
)
from services.mcp_front.parameters import MAX_WAIT_MS
from services.mcp_front.ports import Asked, Caller, Said, User
from services.mcp_front.waiting import Waiting
from services.runtime.log import Log
from services.runtime.projector import Projector
from services.runtime.rpc import Declined, Unanswered, ask
from services.words.question import shown

logger = logging.getLogger(__name__)
LONGEST: Final = MAX_WAIT_MS / 1000
"""Seconds that a call waits at most, also for a person who reads."""


class Elicitation:
    """Waits for the end of calls, and asks the user of a client that can show a question."""

    def __init__(self, log: Log, terminals: Projector[Terminals], longest: float = LONGEST) -> None:
        self._longest = longest
        self._log = log
        self._terminals = terminals
        self._ended = Waiting(ENDINGS)
        self._judged = Waiting((*ENDINGS, ToolCallCleared, ApprovalRequested))
        self._decided = Waiting((*ENDINGS, ApprovalGranted))
        self._dismissed: set[str] = set()

    def listen(self, recorded: Recorded) -> None:
        """Wake those who wait for this event."""
        for waiting in (self._ended, self._judged, self._decided):
            waiting.listen(recorded)

    async def ended(self, caller: Caller, call_id: str, seconds: float) -> None:
        """Return when the call ended or the time is over, or the client has to ask first.

        While its user reads, a call waits longer than it was told to, up to `longest`.
        """
        now = self._log.clock.monotonic
        began = now()
        until = began + seconds
        call = await self._question(call_id, seconds) if caller.user else None
        if caller.user and call and self._wanted(call, caller.user):
            said = await self._asked(caller.user, call, began + self._longest - now())
            if said == "later":
                return
            if said != "nothing":
                until = min(began + self._longest, now() + seconds)
        if call_id in self._terminals.state.calls.open:
            await self._ended.happened(call_id, max(0.0, until - now()))

    async def _question(self, call_id: str, seconds: float) -> Call | None:
        """Return the call once it waits for a person, None where it does not come to that."""
        call = self._terminals.state.calls.open.get(call_id)
        if call and call.state is State.REQUESTED:
            await self._judged.happened(call_id, seconds)
        return self._waiting_for_a_person(call_id)

    def _wanted(self, call: Call, user: User) -> bool:
        """Whether the user did not close this question before, or answers it now."""
        return call.approval_id not in self._dismissed or user.resumes == call.call_id

    async def _asked(self, user: User, call: Call, seconds: float) -> Said:
        """Ask, unless the policy wants more than a client's word; record what was answered."""
        about = Elicit(approval_id=call.approval_id, principal=call.principal)
        try:
            question = await ask(self._log.client, REVIEWER, ELICITABLE, about)
        except (Declined, Unanswered) as error:
            logger.debug("a client's user is not asked: %s", error)
            return "nothing"
        said = await self._first(user, question, seconds)
        if said in {"yes", "no"}:
            await self._tell(question, said)
        return said

    async def _first(self, user: User, question: OpenApproval, seconds: float) -> Said:
        """Return what the user says before somebody else decides or the time is over."""
        text = f"{question.principal} wants this done in a terminal.\n\n{shown(question)}"
        asked = Asked(call_id=question.call_id, approval_id=question.approval_id, text=text)
        async with asyncio.TaskGroup() as tasks:
            asking = tasks.create_task(user.ask(asked))
            elsewhere = tasks.create_task(self._settled(question.call_id, seconds))
            await asyncio.wait({asking, elsewhere}, return_when=asyncio.FIRST_COMPLETED)
            said = asking.result() if asking.done() else None
            asking.cancel()
            elsewhere.cancel()
        if said == "nothing":
            self._dismiss(question.approval_id)
        return said or "nothing"

    async def _settled(self, call_id: str, seconds: float) -> None:
        if self._waiting_for_a_person(call_id):
            await self._decided.happened(call_id, seconds)

    def _dismiss(self, approval_id: str) -> None:
        """Whoever closed the dialog is not shown it again each time an assistant waits."""
        still_open = {call.approval_id for call in self._terminals.state.calls.open.values()}
        self._dismissed = (self._dismissed & still_open) | {approval_id}

    async def _tell(self, question: OpenApproval, said: Said) -> None:
        answer = Decide(
            approval_id=question.approval_id,
            verdict="grant" if said == "yes" else "deny",
            by=CLIENT + question.principal,
            reason="" if said == "yes" else "The user refused it in the client.",
        )
        try:
            settled = await ask(self._log.client, REVIEWER, ELICITED, answer, 5.0)
        except (Declined, Unanswered) as error:
            logger.warning("the answer of a client's user does not count: %s", error)
            return
        await self._terminals.reached(settled.sequence)

    def _waiting_for_a_person(self, call_id: str) -> Call | None:
        call = self._terminals.state.calls.open.get(call_id)
        return call if call and call.state is State.AWAITING_APPROVAL else None
