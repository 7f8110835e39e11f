"""The driver: carries out what was cleared, in the terminals of its node, and says how it ended."""

import logging
from collections.abc import Awaitable

from msgspec.structs import replace

from events.actions import (
    Action,
    AdoptSession,
    CloseSession,
    OpenSession,
    RequestHandoff,
    RunCommand,
    SendKeys,
    SendText,
)
from events.approvals import ApprovalGranted
from events.calls import (
    InterruptSent,
    ToolCallCancelled,
    ToolCallCleared,
    ToolCallCompleted,
    ToolCallFailed,
    ToolCallOutcomeUnknown,
    ToolCallRejected,
    ToolCallStarted,
)
from events.lifecycle import State
from events.nodes import NodeStarted, NodeStopped
from events.operations import HandlingFailed
from events.recorded import Recorded
from events.review import Context
from events.sessions import (
    ControlReturned,
    ControlTaken,
    RecordingGapped,
    SessionClosed,
    SessionLost,
    SessionOpened,
    SessionResized,
)
from projections.calls import Call
from projections.taints import CLEAN, taint
from services.contract.terminal import context_before
from services.policy.keystrokes import keystrokes
from services.policy.programs.unfinished import is_known, left_over
from services.policy.rules import Rules
from services.runtime.reactor import Handles
from services.session_driver.adoptions import Adoptions
from services.session_driver.closing import close_session
from services.session_driver.control import types
from services.session_driver.handoff import hand_over
from services.session_driver.input import type_input
from services.session_driver.live import Live
from services.session_driver.opening import Openings
from services.session_driver.outcomes import Outcomes
from services.session_driver.running import (
    Ended,
    TerminalLost,
    failed,
    follow_command,
    run_command,
)
from services.session_driver.starts import Check, controlled, objection
from services.session_driver.terminal.run import Run
from services.session_driver.terminals import OpenTerminals
from services.session_driver.unseen import seen_to_run, unknown
from services.signing.trust import trusted

logger = logging.getLogger(__name__)
NEVER_BEGUN = "The driver was restarted while this was typed, and the shell never began with it."
NOT_STARTED = "The log took the start, but its answer came too late. Nothing was typed."


class Driver:
    """One for each node. Nothing reaches a terminal but through `begin`."""

    def __init__(
        self, outcomes: Outcomes, terminals: OpenTerminals, openings: Openings, rules: Rules
    ) -> None:
        self.outcomes = outcomes
        self.terminals = terminals
        self._openings = openings
        self.adoptions = Adoptions(terminals, openings.around, openings.backends)
        self._rules = rules
        self._unsure: set[str] = set()
        self.patience = 300.0
        """Seconds that a person who is asked to take a terminal has to come."""

    def handles(self) -> Handles:
        """Return what the driver acts on: a clearance, whoever gave it."""
        return dict.fromkeys(HANDLES, self.begin)

    async def begin(self, recorded: Recorded) -> None:
        """Start a cleared call if it still fits the terminal; its end is recorded later."""
        await self.outcomes.terminals.caught_up_with(recorded)
        call = self._ours(recorded)
        if call is None or call.state is not State.CLEARED:
            await self._never_typed(call)
            return
        context = await self._context(call)
        if rejected := objection(call, context, self._check(call)):
            await self.outcomes.record(rejected, State.CLEARED)
        elif context is not None and await self._started(call):
            self.terminals.tasks.start(self._carry_out(call, context))

    def _ours(self, recorded: Recorded) -> Call | None:
        call_id = getattr(recorded.event, "call_id", "")
        call = self.outcomes.terminals.state.calls.open.get(call_id)
        return call if call and call.node == self.outcomes.log.node else None

    async def _never_typed(self, call: Call | None) -> None:
        """End a call whose start was stored, as it turns out, but never acknowledged to us."""
        if call and call.call_id in self._unsure and call.state is State.RUNNING:
            await self.outcomes.insist(failed(call, "not_started", NOT_STARTED))
            self._unsure.discard(call.call_id)

    async def _context(self, call: Call) -> Context | None:
        if isinstance(call.action, OpenSession):
            return context_before(call.session_id, call.principal, call.action)
        if isinstance(call.action, AdoptSession):
            return await self.adoptions.context(call, call.action)
        live = self.terminals.get(call.session_id)
        return await live.settled() if live else None

    def _check(self, call: Call) -> Check:
        now, known = self.outcomes.log.clock.now(), self.outcomes.terminals.state
        keys = trusted(known.approvers).keys
        check = Check(self._rules, self.terminals.key, now, known.restored, keys)
        told = taint(known.taints.of.get(call.principal, CLEAN), now, before=call.sequence)
        return replace(check, control=self._person_before(call), taint=told)

    def _person_before(self, call: Call) -> str:
        """Return who keeps this call from being typed, empty where nobody does."""
        live = self.terminals.get(call.session_id)
        return live.control.by if live and live.control and types(call.action) else ""

    async def _started(self, call: Call) -> bool:
        """Store the intent before the first byte is typed."""
        live = self.terminals.get(call.session_id)
        started = ToolCallStarted(
            call_id=call.call_id,
            session_id=call.session_id,
            digest=call.digest,
            offset=live.terminal.offset if live else 0,
        )
        self._unsure.add(call.call_id)
        stored = await self.outcomes.record(started, State.CLEARED)
        self._unsure.discard(call.call_id)
        return bool(stored)

    async def carry_on(self, call: Call, live: Live, run: Run) -> None:
        """Follow a command that an earlier driver started, to its end."""
        if not isinstance(call.action, RunCommand):
            raise TypeError(f"{call.call_id} is no command")
        if await seen_to_run(live, run):
            live.terminal.watch()
            spent = await self._since_start(call)
            await self._end(call, follow_command(live, call, call.action, run, spent))
        else:
            live.terminal.abandon()
            await self._conclude(call, unknown(call, live, self.terminals.key, NEVER_BEGUN))

    async def _since_start(self, call: Call) -> float:
        """Return the seconds since the call's newest event, which was its start."""
        log = self.outcomes.log
        started = await log.get(call.newest)
        return max(0.0, (log.clock.now() - started.stored_at).total_seconds()) if started else 0.0

    async def _carry_out(self, call: Call, context: Context) -> None:
        # They may have come while the start was stored.
        if live := self.terminals.get(call.session_id):
            await live.heed()
        if person := self._person_before(call):
            await self._conclude(call, failed(call, *controlled(person)))
        else:
            await self._end(call, self._act(call, context))

    async def ask_again(self, call: Call, live: Live) -> None:
        """Go on waiting for a person whom an earlier driver asked."""
        if not isinstance(call.action, RequestHandoff):
            raise TypeError(f"{call.call_id} asks nobody")
        await self._end(call, hand_over(live, call, call.action, self.patience))

    async def _end(self, call: Call, acting: Awaitable[Ended]) -> None:
        """Record how the call ends, whatever happens."""
        try:
            ending = await acting
        except TerminalLost as lost:
            ending = unknown(call, lost.live, self.terminals.key, str(lost))
        except Exception as error:  # recorded as the call's outcome; other terminals go on
            logger.exception("carrying out %s failed", call.call_id)
            ending = ToolCallFailed(
                call_id=call.call_id,
                session_id=call.session_id,
                code="terminal_failed",
                reason=f"{type(error).__name__}: {error}",
            )
        await self._conclude(call, ending)

    async def _conclude(self, call: Call, ending: Ended | ToolCallOutcomeUnknown) -> None:
        await self.outcomes.insist(ending)
        if gap := self.terminals.released(call):
            await self.terminals.insist(gap)

    async def _open(self, call: Call, action: OpenSession | AdoptSession) -> Ended:
        if isinstance(action, AdoptSession):
            return await self.adoptions.adopt(call, action)
        return await self._openings.open(call, action)

    def _left(self, live: Live, action: Action, context: Context, ended: Ended) -> Ended:
        """Keep what waits for its end on the line: it is judged with what comes next."""
        left = left_over(context, action, self._rules)
        if isinstance(ended, ToolCallCompleted) and is_known(left):
            live.terminal.left(left)
        return ended

    async def _act(self, call: Call, context: Context) -> Ended:
        match call.action:
            case OpenSession() | AdoptSession():
                return await self._open(call, call.action)
            case RunCommand():
                live = self.terminals.take(call)
                return await run_command(live, call, call.action, keystrokes(call.action, context))
            case SendText() | SendKeys():
                live = self.terminals.of(call)
                ended = await type_input(live, call, keystrokes(call.action, context), context)
                return self._left(live, call.action, context, ended)
            case CloseSession():
                return await close_session(self.terminals, call, call.action)
            case RequestHandoff():
                live = self.terminals.of(call)
                return await hand_over(live, call, call.action, self.patience)


HANDLES = (ToolCallCleared, ApprovalGranted)
EMITS = (
    ToolCallStarted,
    ToolCallRejected,
    ToolCallCompleted,
    ToolCallFailed,
    ToolCallCancelled,
    ToolCallOutcomeUnknown,
    InterruptSent,
    SessionOpened,
    SessionResized,
    SessionClosed,
    SessionLost,
    RecordingGapped,
    ControlTaken,
    ControlReturned,
    NodeStarted,
    NodeStopped,
    HandlingFailed,
)
