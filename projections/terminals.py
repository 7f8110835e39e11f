"""What every service knows: sessions, the calls on their way, and where each session's log ends."""

from datetime import datetime

from msgspec import field
from msgspec.structs import replace

from events.approvers import ApproverEnrolled, ApproverRevoked
from events.base import Value
from events.calls import CallEvent, ToolCallRequested
from events.operations import LogRestored
from events.policy import PolicyLayerLoaded
from events.recorded import Recorded
from events.sessions import ControlTaken, TerminalEvent
from events.subjects import node_of
from projections import approvers, calls, rates, sessions, taints
from projections.approvers import Approvers
from projections.calls import Calls, Position
from projections.rates import Rate, Rates
from projections.sessions import Sessions
from projections.taints import Taints


class Terminals(Value):
    """`newest` holds the sequence of each session's last event, for the next expected one.

    `policies` are the hashes of the policy files that the log already holds; nothing requested
    at or before `restored` is ever executed. `rates` say how much each client asked for of late.
    """

    sessions: Sessions = Sessions()
    calls: Calls = Calls()
    newest: dict[str, int] = field(default_factory=dict[str, int])
    policies: frozenset[str] = frozenset()
    restored: int = 0
    approvers: Approvers = Approvers()
    rates: Rates = field(default_factory=dict[str, Rate])
    taints: Taints = Taints()


initial = Terminals()


def evolve(state: Terminals, recorded: Recorded) -> Terminals:
    """Fold one event."""
    event, said = recorded.event, recorded.envelope
    delay, time = recorded.stored_at - said.time, recorded.stored_at
    at = Position(recorded.sequence, node_of(recorded.subject), said.id, said.trace, delay, time)
    newest = {**state.newest, event.session_id: recorded.sequence}
    match event:
        case CallEvent():
            told = taints.evolve(state.taints, event, state.calls, at)
            on_way = calls.evolve(state.calls, event, at)
            asked = _counted(state.rates, event, recorded.stored_at)
            return replace(state, calls=on_way, taints=told, newest=newest, rates=asked)
        case TerminalEvent():
            open_now = sessions.evolve(state.sessions, event, at)
            used = {call.session_id for call in state.calls.open.values()} | open_now.known.keys()
            kept = _still_used(newest, used)
            return replace(state, sessions=open_now, taints=_heard(state, event), newest=kept)
        case PolicyLayerLoaded():
            return replace(state, policies=state.policies | {event.sha256}, newest=newest)
        case ApproverEnrolled() | ApproverRevoked():
            known = approvers.evolve(state.approvers, event)
            return replace(state, approvers=known, newest=newest)
        case LogRestored():
            return replace(state, restored=recorded.sequence, newest=newest)
        case _:
            return replace(state, newest=newest)


def _counted(before: Rates, event: CallEvent, time: datetime) -> Rates:
    if isinstance(event, ToolCallRequested):
        return rates.evolve(before, event.principal, time)
    return before


def _heard(state: Terminals, event: TerminalEvent) -> Taints:
    """Whoever takes the keyboard of a session speaks to its owner."""
    session = state.sessions.known.get(event.session_id)
    if session is None or not isinstance(event, ControlTaken):
        return state.taints
    return taints.spoken(state.taints, session.owner, state.calls)


def _still_used(newest: dict[str, int], used: set[str]) -> dict[str, int]:
    """Forget where the log of a session ends that is no more, but for the last thousand."""
    unknown = [session for session in newest if session not in used]
    stale = set(sorted(unknown, key=newest.__getitem__)[:-1000])
    return {session: sequence for session, sequence in newest.items() if session not in stale}
