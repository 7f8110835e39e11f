"""Whether the front takes a call, from what the folds say. Pure."""

from datetime import datetime

from events.actions import BEGINNINGS, Action, RequestHandoff, RunCommand
from projections.calls import Call
from projections.history import Entry
from projections.sessions import Session
from projections.terminals import Terminals
from services.mcp_front.ports import Caller, Submission
from services.mcp_front.refusals import (
    Refusal,
    control_with_person,
    rate_limited,
    screen_gone,
    session_closed,
    stale_epoch,
    unknown_session,
)


def session_for(state: Terminals, caller: Caller, session_id: str, epoch: str = "") -> Session:
    """Return the caller's own open session. Raises Refusal."""
    session = _own_session(state, caller, session_id)
    if session.state != "open":
        raise session_closed(session)
    if epoch not in {"", session.epoch}:
        raise stale_epoch(session_id, session.epoch)
    return session


def session_on_screen(state: Terminals, caller: Caller, session_id: str) -> Session:
    """Return the caller's own session whose screen there is now. Raises Refusal."""
    session = _own_session(state, caller, session_id)
    if session.state != "open":
        raise screen_gone(session, state.newest.get(session_id, 0))
    return session


def same_call(earlier: Entry | Call, fingerprint: str) -> None:
    """Let a repeat attach to its call. Raises Refusal where the arguments differ."""
    if earlier.fingerprint != fingerprint:
        raise Refusal(
            "idempotency_conflict",
            f"This request_id belongs to command {earlier.call_id!r} with other arguments. "
            "Nothing new was run.",
            next_step="Use a new request_id for a new command, or wait_command for that one.",
        )


def not_twice(state: Terminals, caller: Caller, action: Action, fingerprint: str) -> None:
    """Refuse the same command again while it is on its way. Raises Refusal."""
    if not isinstance(action, RunCommand):
        return
    for call in state.calls.open.values():
        if call.fingerprint == fingerprint and call.principal == caller.principal:
            raise Refusal(
                "already_running",
                f"The same command is on its way as {call.call_id!r}. It was not run again.",
                valid=(call.call_id,),
                next_step=f"Call wait_command(command_id={call.call_id!r}), or give the second "
                "one a request_id of its own.",
            )


def within_rate(state: Terminals, caller: Caller, limit: int, now: datetime) -> None:
    """Refuse what a client asks for over its limit of one minute. Raises Refusal."""
    rate = state.rates.get(caller.principal)
    if rate and rate.at(now) >= limit:
        raise rate_limited(
            "requests", limit, rate.wait(now, limit), "performance.maxRequestsPerMinute"
        )


def room_for_session(state: Terminals, action: Action, node: str, limit: int) -> None:
    """Refuse a session over the limit of its node, those counted that open. Raises Refusal."""
    if not isinstance(action, BEGINNINGS):
        return
    calls = [call for call in state.calls.open.values() if call.node == node]
    opening = {call.session_id for call in calls if isinstance(call.action, BEGINNINGS)}
    used = opening | {session.session_id for session in state.sessions.open(node)}
    if len(used) >= limit:
        raise Refusal(
            "too_many_requests",
            f"All {limit} sessions of this machine are in use (performance.maxSessions). None was "
            "opened.",
            valid=(f"at most {limit} sessions",),
            next_step="Close one of yours that you no longer need: list_sessions shows them, "
            "close_session closes one. Else ask the user to raise performance.maxSessions.",
        )


def checked(
    state: Terminals, caller: Caller, call: tuple[str, Action, str], options: Submission
) -> None:
    """Check a new call before it is recorded. Raises Refusal."""
    session_id, action, fingerprint = call
    if not isinstance(action, BEGINNINGS):
        session = session_for(state, caller, session_id, options.epoch)
        if session.control and not isinstance(action, RequestHandoff):
            raise control_with_person(session_id, session.control.by)
    if not options.request_id:
        not_twice(state, caller, action, fingerprint)


def _own_session(state: Terminals, caller: Caller, session_id: str) -> Session:
    """Return the caller's own session, open or not. Raises Refusal."""
    session = state.sessions.known.get(session_id)
    if session is None or session.owner != caller.principal:
        raise unknown_session(session_id)
    return session
