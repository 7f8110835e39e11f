"""What only the terminal itself knows now: screen, prompt, progress, pages of its recording."""

import asyncio

from msgspec.structs import replace

from events.actions import AdoptSession, RunCommand
from events.base import plain
from events.calls import Output
from projections.calls import Call
from projections.sessions import Session
from projections.terminals import Terminals
from services.contract.approval import CHECK, REVIEWER, Check, Checked
from services.contract.terminal import (
    ADOPTABLE,
    CONTEXT,
    OUTPUT,
    PROGRESS,
    SCREEN,
    SETTLING,
    LookAt,
    OutputText,
    PaneNote,
    Progress,
    ReadOutput,
    ReadScreen,
    WhichPanes,
    WhichSession,
    terminals_of,
)
from services.mcp_front import showing
from services.mcp_front.admission import session_on_screen
from services.mcp_front.ports import Caller
from services.mcp_front.recall import Recall
from services.mcp_front.refusals import (
    already_adopted,
    cursor_expired,
    unknown_command,
    unknown_session,
    unknown_target,
)
from services.mcp_front.views import (
    CheckView,
    OutputPage,
    OutputQuery,
    ScreenQuery,
    ScreenView,
    SessionPage,
    SessionQuery,
    SessionView,
)
from services.runtime.log import Log
from services.runtime.projector import Projector
from services.runtime.rpc import Declined, Unanswered, ask


class LiveTerminals:
    """Asks the driver of a session's node."""

    def __init__(self, log: Log, terminals: Projector[Terminals], recall: Recall) -> None:
        self._log = log
        self._terminals = terminals
        self._recall = recall

    async def sessions(self, caller: Caller, query: SessionQuery) -> SessionPage:
        """List the caller's sessions; what the driver does not answer stays unknown."""
        known = self._terminals.state.sessions.known.values()
        mine = [session for session in known if session.owner == caller.principal]
        listed = [session for session in _following(mine, query) if _wanted(session, query)]
        page, following = listed[: query.limit], listed[query.limit :]
        if query.session_id and not page:
            raise unknown_session(query.session_id)
        return SessionPage(
            sessions=tuple(await asyncio.gather(*map(self._shown, page))),
            next_cursor=following[0].session_id if following else "",
            seq=self._terminals.position,
        )

    async def adoptable(self) -> tuple[PaneNote, ...]:
        """Return the terminals of people on this node. Raises Unanswered, Declined."""
        driver = terminals_of(self._log.node)
        return (await ask(self._log.client, driver, ADOPTABLE, WhichPanes(), 5.0)).panes

    async def check_target(self, action: AdoptSession) -> None:
        """Refuse what cannot be adopted before a person is asked. Raises Refusal, Unanswered."""
        for session in self._terminals.state.sessions.open(self._log.node):
            if (session.backend, session.target) == (action.backend, action.target):
                raise already_adopted(action.target, session.session_id)
        panes = [pane for pane in await self.adoptable() if pane.backend == action.backend]
        if action.target not in {pane.target for pane in panes}:
            raise unknown_target(action.target, tuple(f"{p.backend}:{p.target}" for p in panes))

    async def progress(self, call: Call) -> Progress:
        """Return what a running command printed so far; nothing if the driver does not say."""
        if not showing.is_running(call):
            return Progress()
        which = WhichSession(session_id=call.session_id)
        try:
            progress = await ask(self._log.client, terminals_of(call.node), PROGRESS, which)
        except (Unanswered, Declined):
            return Progress()
        return progress if progress.call_id == call.call_id else Progress()

    async def screen(self, caller: Caller, query: ScreenQuery) -> ScreenView:
        """Return what the terminal shows now. Raises Refusal, Unanswered, Declined."""
        session = session_on_screen(self._terminals.state, caller, query.session_id)
        question = ReadScreen(session_id=session.session_id, format=query.format)
        shown = await ask(self._log.client, terminals_of(session.node), SCREEN, question)
        seq = self._terminals.state.newest.get(session.session_id, 0)
        return showing.screen(shown, session.session_id, seq, session.fidelity)

    async def check(self, session: Session, action: RunCommand) -> CheckView:
        """Return what a review would come to now. Raises Unanswered, Declined."""
        question = Check(
            session_id=session.session_id, node=session.node, by=session.owner, action=action
        )
        # The reviewer asks the driver first.
        said: Checked = await ask(self._log.client, REVIEWER, CHECK, question, SETTLING + 2.0)
        state = self._terminals.state
        return CheckView(
            session_id=session.session_id,
            epoch=said.context.epoch,
            seq=state.newest.get(session.session_id, 0),
            would=said.would,
            decision=said.decision,
            context=said.context,
            code=said.code,
            queued_behind=len(state.calls.of(session.session_id)),
        )

    async def output(self, caller: Caller, where: OutputQuery) -> OutputPage:
        """Return a page of a recording. Raises Refusal, Unanswered, Declined."""
        session_id, output, ended = await self._part(caller, where)
        session = self._terminals.state.sessions.known.get(session_id)
        if session is None or session.owner != caller.principal:
            raise unknown_session(session_id)
        question = _page(session_id, output, where)
        page = await ask(self._log.client, terminals_of(session.node), OUTPUT, question, 10.0)
        return OutputPage(
            session_id=session_id,
            call_id=where.call_id,
            epoch=session.epoch,
            fidelity=session.fidelity,
            seq=self._terminals.position,
            text=page.text,
            first_line=page.first_line,
            next_cursor=_cursor_after(page, ended),
            eof=page.at_end and ended,
            gap_bytes=page.gap_bytes,
            concealed=page.concealed,
        )

    async def _part(self, caller: Caller, where: OutputQuery) -> tuple[str, Output, bool]:
        """Return the session, the part of its recording, and whether that part is over."""
        if not where.call_id:
            session = self._terminals.state.sessions.known.get(where.session_id)
            return where.session_id, Output(), bool(session and session.state != "open")
        if call := self._terminals.state.calls.open.get(where.call_id):
            _own(caller, call.principal, where.call_id)
            return call.session_id, (await self.progress(call)).output, False
        entry = await self._recall.find(where.call_id)
        ending = await self._recall.outcome(where.call_id)
        if entry is None or ending is None:
            raise unknown_command(where.call_id)
        _own(caller, entry.principal, where.call_id)
        return entry.session_id, getattr(ending.event, "output", Output()), True

    async def _shown(self, session: Session) -> SessionView:
        view = showing.session(session, self._terminals.state)
        if session.state != "open":
            return view
        at = LookAt(session_id=session.session_id, settled=False)
        try:
            now = await ask(self._log.client, terminals_of(session.node), CONTEXT, at, 1.0)
        except (Unanswered, Declined):
            return view
        return replace(view, prompt=now.prompt, foreground=now.foreground, cwd=plain(now.cwd))


def _following(mine: list[Session], query: SessionQuery) -> list[Session]:
    """Return the sessions from the cursor on: its session keeps its place also once it is closed.

    Raises Refusal.
    """
    if query.session_id or not query.cursor:
        return mine
    for place, session in enumerate(mine):
        if session.session_id == query.cursor:
            return mine[place:]
    raise cursor_expired(query.cursor, "list_sessions")


def _wanted(session: Session, query: SessionQuery) -> bool:
    if query.owner not in {"", session.owner}:
        return False
    if query.session_id:
        return session.session_id == query.session_id
    return query.state == "any" or (session.state == "open") == (query.state == "open")


def _own(caller: Caller, principal: str, call_id: str) -> None:
    if principal != caller.principal:
        raise unknown_command(call_id)


def _page(session_id: str, output: Output, where: OutputQuery) -> ReadOutput:
    offset, line = _position(where.cursor)
    return ReadOutput(
        session_id=session_id,
        first_offset=output.first_offset,
        end_offset=output.end_offset,
        first_record=output.first_record,
        offset=offset,
        line=line,
        from_line=where.from_line,
        tail=where.tail,
        max_chars=where.max_chars,
    )


def _position(cursor: str) -> tuple[int, int]:
    if not cursor:
        return -1, 0
    offset, _, line = cursor.partition(":")
    if offset.isascii() and offset.isdigit() and line.isascii() and line.isdigit():
        return int(offset), int(line)
    raise cursor_expired(cursor, "read_output")


def _cursor_after(page: OutputText, ended: bool) -> str:
    return "" if page.at_end and ended else f"{page.next_offset}:{page.next_line}"
