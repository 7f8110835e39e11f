"""The reviewer: judges the calls whose turn it is, and lets time and people decide the rest."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Sequence

from events.actions import AdoptSession, OpenSession
from events.approvals import (
    ApprovalDenied,
    ApprovalEndorsed,
    ApprovalExpired,
    ApprovalGranted,
    ApprovalRequested,
    ApprovalWithdrawn,
)
from events.approvers import ApproverEnrolled, ApproverRevoked
from events.calls import (
    ToolCallCleared,
    ToolCallLapsed,
    ToolCallRefused,
    ToolCallRequested,
    ToolCallWithdrawn,
)
from events.lifecycle import ENDINGS, REVIEWER, State
from events.operations import HandlingFailed
from events.policy import PolicyLayerLoaded
from events.recorded import Recorded
from events.review import Context
from events.sessions import SessionClosed, SessionLost
from events.subjects import ANY
from events.vocabulary import CallFact
from projections.calls import Call
from projections.terminals import Terminals
from services.contract.approval import Enrol
from services.contract.terminal import (
    ADOPTABLE,
    CONTEXT,
    SETTLING,
    LookAt,
    context_before,
    context_of,
    panes_of,
    terminals_of,
)
from services.runtime.log import Conflict, Draft, Log, LogFull, LogUnavailable
from services.runtime.projector import Projector
from services.runtime.reactor import Handles
from services.runtime.rpc import Declined, Exchange, Unanswered
from services.runtime.settle import settle
from services.safety_reviewer.approvals import NotAgreed, overdue, waiting, withdrawn
from services.safety_reviewer.doubts import Doubts
from services.safety_reviewer.enrolment import enrolled
from services.safety_reviewer.verdicts import Bench, Case, gone, verdict
from services.signing.trust import trusted

logger = logging.getLogger(__name__)
ROUND = 0.5
"""Seconds between two looks at what is overdue or could not be judged before."""

type Judge = Callable[[Call], CallFact | None]


class Reviewer:
    """Holds the bench and the fold; every verdict is appended on the newest state."""

    def __init__(
        self, log: Log, terminals: Projector[Terminals], bench: Bench, exchange: Exchange
    ) -> None:
        self.log = log
        self.terminals = terminals
        self.bench = bench
        self._exchange = exchange
        self._doubts = Doubts(log, terminals, exchange)

    def handles(self) -> Handles:
        """Return what wakes the reviewer: a request, and whatever lets the next call move up."""
        return dict.fromkeys(HANDLES, self.move_up)

    async def move_up(self, recorded: Recorded) -> None:
        """Judge the calls of the session whose turn it is now."""
        await self.terminals.caught_up_with(recorded)
        if isinstance(recorded.event, SessionClosed | SessionLost):
            await self._drop_questions(recorded.event.session_id)
        for call in self.terminals.state.calls.due(recorded.event.session_id):
            await self._judge(call)

    async def keep_time(self) -> None:
        """Record what is overdue, and judge what could not be judged when its turn came."""
        await self.terminals.ready()
        while True:
            await asyncio.sleep(ROUND)
            try:
                await self._look_around()
            except (LogUnavailable, LogFull, Conflict, TimeoutError) as error:
                logger.warning("will look again: %s", error)

    async def record(self, call: Call, judge: Judge) -> int:
        """Append what `judge` says about the call as it is then; 0 if it says nothing."""

        def decide(state: Terminals) -> Draft | None:
            current = state.calls.open.get(call.call_id)
            event = judge(current) if current else None
            if current is None or event is None:
                return None
            return Draft(
                event=event,
                actor=REVIEWER,
                node=call.node,
                causation=current.cause,
                trace=current.trace,
            )

        return await settle(self.log, self.terminals, call.session_id, decide)

    async def enrol(self, asked: Enrol) -> int:
        """Record whose keys count from now on. Raises NotAgreed.

        Of two that were asked for at once, the later one may be worth nothing: the fold decides.
        """
        fact = enrolled(asked, self.terminals.state.approvers)
        sequence = await self.log.append(Draft(event=fact, actor=asked.by, node=ANY))
        await self.terminals.reached(sequence)
        keys = trusted(self.terminals.state.approvers).keys
        if (fact.key in keys) != (asked.change == "enrol"):
            raise NotAgreed("overtaken", "Another change came first: eim approvers shows it.")
        return sequence

    async def publish_policy(self, layers: Sequence[PolicyLayerLoaded]) -> None:
        """Store each policy file that the log does not hold yet."""
        await self.terminals.ready()
        for layer in layers:
            if layer.sha256 not in self.terminals.state.policies:
                await self.log.append(Draft(event=layer, actor=REVIEWER, node=ANY))

    async def _look_around(self) -> None:
        now = self.log.clock.now()
        for call in list(self.terminals.state.calls.open.values()):
            if overdue(call, now):
                await self.record(call, lambda current: overdue(current, now))
        for call in self.terminals.state.calls.due_anywhere():
            await self._judge_again(call)

    async def _judge_again(self, call: Call) -> None:
        """Judge a call; one that cannot be judged must not keep the others from it."""
        try:
            await self._judge(call)
        except (LogUnavailable, LogFull, Conflict, TimeoutError):
            raise
        except Exception:
            logger.exception("%s cannot be judged; it lapses when its time is over", call.call_id)

    async def _drop_questions(self, session_id: str) -> None:
        """Ask nobody any more about a session that is over."""
        for call in self.terminals.state.calls.of(session_id):
            if call.state is State.AWAITING_APPROVAL:
                await self.record(call, lambda current: withdrawn(current, by=REVIEWER))

    async def _judge(self, call: Call) -> None:
        try:
            context = await self.context(call)
        except Unanswered as error:
            logger.warning("no context for %s yet: %s", call.call_id, error)
            return
        approval_id = f"ap{secrets.token_hex(16)}"

        def judge(current: Call) -> CallFact | None:
            if self.terminals.state.calls.due(call.session_id).count(current) == 0:
                return None
            now = self.log.clock.now()
            if context is None:
                nowhere = Context(session_id=call.session_id)
                return gone(Case(current, nowhere, now, approval_id), self.bench)
            asked = waiting(self.terminals.state.calls, current)
            return verdict(Case(current, context, now, approval_id, asked), self.bench)

        await self.record(call, judge)

    async def context(self, call: Call) -> Context | None:
        """Return what a call is judged in, None where its session is gone. Raises Unanswered."""
        context = await self._place(call)
        return await self._doubts.about(call, context, self.bench.rules) if context else None

    async def _place(self, call: Call) -> Context | None:
        if isinstance(call.action, OpenSession):
            return context_before(call.session_id, call.principal, call.action)
        if isinstance(call.action, AdoptSession):
            return await self._adopted(call, call.action)
        try:
            at = LookAt(session_id=call.session_id)
            driver = terminals_of(call.node)
            return await self._exchange.ask(self.log.client, driver, CONTEXT, at, SETTLING)
        except Declined:
            return None

    async def _adopted(self, call: Call, action: AdoptSession) -> Context | None:
        """Return what runs in a person's terminal, None where there is none (any more)."""
        driver, asked = terminals_of(call.node), panes_of(action)
        found = await self._exchange.ask(self.log.client, driver, ADOPTABLE, asked)
        if not found.panes:
            return None
        return context_of(call.session_id, call.principal, found.panes[0])


HANDLES = (ToolCallRequested, *ENDINGS, SessionClosed, SessionLost)
EMITS = (
    ToolCallCleared,
    ToolCallRefused,
    ToolCallLapsed,
    ToolCallWithdrawn,
    ApprovalRequested,
    ApprovalEndorsed,
    ApprovalGranted,
    ApprovalDenied,
    ApprovalExpired,
    ApprovalWithdrawn,
    PolicyLayerLoaded,
    ApproverEnrolled,
    ApproverRevoked,
    HandlingFailed,
)
