"""The front: records what clients ask for, and answers from the log and the live terminals."""

import shlex
from collections.abc import Generator
from contextlib import contextmanager
from typing import Literal

from msgspec.structs import replace

from events.actions import BEGINNINGS, Action, AdoptSession, OpenSession, RunCommand
from events.calls import ToolCallRequested, ToolCallServed
from events.subjects import ANY, BadToken, token
from projections.calls import Call
from projections.terminals import Terminals
from services.contract.approval import REVIEWER, WITHDRAW, Withdraw
from services.contract.terminal import INTERRUPT, Interrupt, Interrupted, PaneNote, terminals_of
from services.mcp_front import showing
from services.mcp_front.admission import (
    checked,
    room_for_session,
    same_call,
    session_for,
    within_rate,
)
from services.mcp_front.call_ids import identify, name_session
from services.mcp_front.elicitation import Elicitation
from services.mcp_front.expecting import Expecting
from services.mcp_front.journal import REQUEST_PATIENCE, Journal
from services.mcp_front.live import LiveTerminals
from services.mcp_front.past import Past
from services.mcp_front.past_screens import PastScreens
from services.mcp_front.ports import Caller, Submission
from services.mcp_front.recall import Recall
from services.mcp_front.refusals import unknown_command, unknown_session
from services.mcp_front.shells import check_backend, check_shell
from services.mcp_front.trouble import explained
from services.mcp_front.views import (
    CallView,
    CastPage,
    CastQuery,
    Change,
    CheckView,
    InterruptView,
    OutputPage,
    OutputQuery,
    ScreenQuery,
    ScreenView,
    SessionPage,
    SessionQuery,
    Signal,
    TimelinePage,
    TimelineQuery,
    WaitQuery,
    WaitView,
    Watched,
)
from services.policy.digest import fingerprint
from services.runtime.log import Draft
from services.runtime.projector import Projector
from services.runtime.room import Room
from services.runtime.rpc import ask
from services.runtime.settle import settle


class LogFront:
    """Implements the port of the tools on the event log."""

    def __init__(self, journal: Journal, terminals: Projector[Terminals], recall: Recall) -> None:
        self._journal = journal
        self._log = log = journal.log
        self._terminals = terminals
        self._recall = recall
        self._limits = journal.limits
        self.backend: Literal["pty", "tmux"] = journal.limits.backend
        self._room = Room(log.client)
        self._elicitation = Elicitation(log, terminals)
        self._live = LiveTerminals(log, terminals, recall)
        self._expecting = Expecting(log, terminals, recall)
        self._past = Past(log, terminals, recall)
        self._past_screens = PastScreens(log, terminals, self._past)

    @contextmanager
    def listening(self) -> Generator[None]:
        """Hear of every event while the block runs."""
        with self._terminals.telling(self._recall.listen, self._elicitation.listen):
            yield

    async def submit(
        self, caller: Caller, session_id: str, action: Action, options: Submission
    ) -> CallView:
        """Record the request once, then wait for its outcome. Raises Refusal."""
        call_id = caller.resumes or identify(caller.principal, options.request_id)
        if isinstance(action, BEGINNINGS):
            session_id = name_session(call_id)
        with explained():
            await self._room.check()
            again = caller.resumes or options.request_id
            known = again and await self._is_known(caller, (call_id, session_id, action))
        with explained(call_id):
            if not known:
                if isinstance(action, AdoptSession):
                    await self._live.check_target(action)
                await self._request(caller, (call_id, session_id, action), options)
            return await self._watched(caller, call_id, options.wait_ms)

    async def watch(self, caller: Caller, call_id: str, wait_ms: int) -> CallView:
        """Wait for the outcome of a call that was taken before. Raises Refusal."""
        with self._journal.serving(caller, "wait_command") as about:
            view = await self._watched(caller, call_id, wait_ms)
            about.session_id = view.session_id
            return view

    async def sessions(self, caller: Caller, query: SessionQuery) -> SessionPage:
        """List the caller's sessions, oldest first."""
        with self._journal.serving(caller, query.tool) as about:
            page = await self._live.sessions(caller, query)
            about.session_id = query.session_id or ANY
            return page

    async def adoptable(self, caller: Caller) -> tuple[PaneNote, ...]:
        """List the terminals of people that could be adopted. Raises Refusal."""
        with self._journal.serving(caller, "list_sessions"):
            return await self._live.adoptable()

    async def interrupt(self, caller: Caller, call_id: str, signal: Signal) -> InterruptView:
        """Press a key for the caller's running command, or take back one that waits."""
        with explained(call_id):
            call = await self._own_open(caller, call_id)
            if call is None:
                view = await self._watched(caller, call_id, 0)
                return InterruptView(call=view, signal=signal, stopped=True)
            stopped = await self._stop(call, caller, signal)
            view = await self._watched(caller, call_id, 1000 if stopped else 0)
            return InterruptView(call=view, signal=signal, stopped=stopped)

    async def check(self, caller: Caller, session_id: str, action: RunCommand) -> CheckView:
        """Say what the policy would say about a command now. Raises Refusal."""
        with self._journal.serving(caller, "check_command") as about:
            session = session_for(self._terminals.state, caller, session_id)
            about.session_id = session_id
            return await self._live.check(session, action)

    async def screen(self, caller: Caller, query: ScreenQuery) -> ScreenView:
        """Show what the terminal shows now, or showed at some time. Raises Refusal."""
        with self._journal.serving(caller, "read_screen") as about:
            if query.at_seq:
                view = await self._past_screens.screen(caller, query)
            else:
                view = await self._live.screen(caller, query)
            about.session_id = query.session_id
            return view

    async def wait_for(self, caller: Caller, query: WaitQuery) -> WaitView:
        """Wait until a terminal prints something, or nothing. Raises Refusal."""
        with self._journal.serving(caller, "wait_for") as about:
            view = await self._expecting.printed(caller, query)
            about.session_id = query.session_id
            return view

    async def output(self, caller: Caller, where: OutputQuery) -> OutputPage:
        """Read a page of a recording. Raises Refusal."""
        with self._journal.serving(caller, "read_output") as about:
            page = await self._live.output(caller, where)
            about.session_id = page.session_id
            return page

    async def cast(self, caller: Caller, query: CastQuery) -> CastPage:
        """Read a recording for a player. Raises Refusal."""
        with self._journal.serving(caller, "recording.cast") as about:
            page = await self._past_screens.cast(caller, query)
            about.session_id = query.session_id
            return page

    async def change(self, caller: Caller, watched: Watched, offset: int) -> Change:
        """Wait a while for something to be printed after an offset. Raises Refusal."""
        with explained():
            return await self._expecting.change(caller, watched, offset)

    def follows(self, caller: Caller, watched: Watched) -> bool:
        """Whether it is the caller's and may still print something."""
        return self._expecting.follows(caller, watched)

    def open_sessions(self, caller: Caller) -> frozenset[str]:
        """Return which sessions of the caller are open."""
        return self._expecting.open_sessions(caller)

    async def timeline(self, caller: Caller, where: TimelineQuery) -> TimelinePage:
        """Read what happened in the caller's sessions. Raises Refusal."""
        with self._journal.serving(caller, "get_timeline") as about:
            scope = await self._past.scope(caller, where)
            about.session_id = scope.session_id
            return await self._past.page(caller, where, scope)

    async def _is_known(self, caller: Caller, call: tuple[str, str, Action]) -> bool:
        call_id, session_id, action = call
        earlier = await self._recall.find(call_id)
        if caller.resumes and (earlier is None or earlier.principal != caller.principal):
            raise unknown_command(call_id)
        if earlier is None:
            return False
        same_call(earlier, fingerprint(self._limits.key, session_id, action))
        return True

    async def _request(
        self, caller: Caller, call: tuple[str, str, Action], options: Submission
    ) -> None:
        call_id, session_id, action = call
        node = self._place_of(session_id, action)
        print_ = fingerprint(self._limits.key, session_id, action)
        event = ToolCallRequested(
            call_id=call_id,
            session_id=session_id,
            principal=caller.principal,
            action=action,
            fingerprint=print_,
            deadline=self._log.clock.now() + self._limits.deadline,
            epoch=options.epoch,
            request_id=options.request_id,
            client=caller.client,
            reason=options.reason,
        )
        by, once = caller.principal, f"{call_id}.requested"
        draft = Draft(event=event, actor=by, node=node, trace=caller.trace, id=once)

        def decide(state: Terminals) -> Draft | None:
            if known := state.calls.open.get(call_id):
                same_call(known, print_)
                return None
            within_rate(state, caller, self._limits.requests, self._log.clock.now())
            room_for_session(state, action, node, self._limits.max_sessions)
            checked(state, caller, (session_id, action, print_), options)
            return draft

        await settle(self._log, self._terminals, session_id, decide, REQUEST_PATIENCE)

    def _place_of(self, session_id: str, action: Action) -> str:
        """Return the node that would act. Raises Refusal where nothing could."""
        try:
            token(session_id)
        except BadToken as error:
            raise unknown_session(session_id) from error
        session = self._terminals.state.sessions.known.get(session_id)
        node = session.node if session else self._log.node
        if isinstance(action, OpenSession) and node == self._log.node:
            check_shell(action.shell, self._limits.shells)
            check_backend(action.backend, self._limits.shells)
        return node

    async def _watched(self, caller: Caller, call_id: str, wait_ms: int) -> CallView:
        call = await self._own_open(caller, call_id)
        if call and wait_ms:
            await self._elicitation.ended(caller, call_id, wait_ms / 1000)
            call = self._terminals.state.calls.open.get(call_id)
        if call:
            progress = await self._live.progress(call)
            return showing.open_call(call, self._terminals.state, progress, self._log.clock.now())
        return await self._ended(call_id)

    async def _ended(self, call_id: str) -> CallView:
        entry = await self._recall.find(call_id)
        outcome = await self._recall.outcome(call_id)
        if entry is None or outcome is None:
            raise unknown_command(call_id)
        said = await self._recall.judgement(entry)
        view = showing.ended_call(entry, outcome, self._terminals.state, said)
        return replace(view, attach=self._attach(view))

    def _attach(self, view: CallView) -> str:
        """Return the command with which a person sees the session that a call has opened."""
        session = self._terminals.state.sessions.known.get(view.session_id)
        if session is None or view.tool != "open_session" or session.state != "open":
            return ""
        if session.backend != "tmux" or session.node != self._log.node:
            return ""
        return shlex.join(["tmux", "-S", self._limits.tmux_socket, "attach", "-t", view.session_id])

    async def _own_open(self, caller: Caller, call_id: str) -> Call | None:
        """Return the call while it is open, None once it ended. Raises Refusal."""
        known = self._terminals.state.calls.open.get(call_id) or await self._recall.find(call_id)
        if known is None or known.principal != caller.principal:
            raise unknown_command(call_id)
        return known if isinstance(known, Call) else None

    async def _stop(self, call: Call, caller: Caller, signal: Signal) -> bool:
        if not showing.is_running(call):
            withdraw = Withdraw(call_id=call.call_id, by=caller.principal)
            await ask(self._log.client, REVIEWER, WITHDRAW, withdraw)
            return True
        press = Interrupt(
            session_id=call.session_id, call_id=call.call_id, by=caller.principal, signal=signal
        )
        answer: Interrupted = await ask(
            self._log.client, terminals_of(call.node), INTERRUPT, press, 5.0
        )
        return answer.stopped


HANDLES = ()
EMITS = (ToolCallRequested, ToolCallServed)
