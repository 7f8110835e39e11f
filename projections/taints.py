"""What assistants were shown that nobody vouches for, until a person speaks; by their principal.

An assistant carries what it read from one of its sessions to the next, so it is kept for all of
them together.
"""

from datetime import datetime, timedelta
from typing import Final

from msgspec import field
from msgspec.structs import replace

from events import calls
from events.approvals import ApprovalGranted
from events.base import Text, Value
from events.calls import Output
from events.lifecycle import ENDINGS, NEXT, State
from events.review import Effect, Taint
from events.vocabulary import CallFact
from projections.calls import Call, Calls, Position

REMEMBERED: Final = timedelta(days=1)
"""How long an assistant counts as knowing a secret that it was shown."""
MOST: Final = 8
"""Sources, and secrets, that are kept of one principal: the last ones."""
HIDDEN: Final = "a program that hid text from people"
_ELSEWHERE: Final = {
    "connect": "another machine",
    "network": "the network",
    "lookup": "the network",
    "upload": "another machine",
    "install": "a source of packages",
    "cloud": "a shared service",
    "escape": "another shell, program or machine",
}
"""Effects after which what is printed may come from anybody, and from where, if no target says."""
_OURS: Final = ("", "workspace", "secret")
"""Places whose files are the session's own, or count as a secret instead."""


class Source(Value):
    """Output that nobody vouches for: what it shows, and where in which recording it is.

    The offsets are those of the terminal; `end_offset` is 0 while the call goes on.
    """

    call_id: str
    session_id: str
    node: str
    shows: Text
    sequence: int
    first_offset: int = 0
    end_offset: int = 0
    first_record: int = 0


class Secret(Value):
    """A secret that was shown, and when."""

    shows: Text
    sequence: int
    at: datetime


class Tainted(Value):
    """All of this that one principal knows, oldest first."""

    sources: tuple[Source, ...] = ()
    secrets: tuple[Secret, ...] = ()


class Taints(Value):
    """By principal."""

    of: dict[str, Tainted] = field(default_factory=dict[str, Tainted])


CLEAN: Final = Tainted()


def evolve(state: Taints, event: CallFact, known: Calls, at: Position) -> Taints:
    """Fold one fact about a call, as it was `known` before. One that does not fit it is none."""
    call = known.open.get(event.call_id)
    if call is None or (call.state, type(event)) not in NEXT:
        return state
    if isinstance(event, calls.ToolCallStarted):
        return _with(state, call.principal, _shown(state, call, event, at))
    if isinstance(event, ENDINGS):
        return _with(state, call.principal, _settled(state, call, event, at))
    # the mere word of a client is no person's
    if isinstance(event, ApprovalGranted) and event.assurance != "client-asserted":
        return spoken(state, call.principal, known)
    return state


def spoken(state: Taints, principal: str, known: Calls) -> Taints:
    """A person spoke to a principal: only what still prints goes on to count, and secrets."""
    running = {call.call_id for call in known.open.values() if call.state is State.RUNNING}
    told = state.of.get(principal, CLEAN)
    left = tuple(each for each in told.sources if each.call_id in running)
    return _with(state, principal, replace(told, sources=left))


def taint(told: Tainted, now: datetime, before: int = 0) -> Taint:
    """Return what a review looks at; of what came `before` a sequence only, where one is given."""
    sources = [each for each in told.sources if not before or each.sequence < before]
    secrets = [each for each in told.secrets if not before or each.sequence < before]
    return Taint(
        sources=tuple(dict.fromkeys(each.shows for each in sources)),
        secrets=tuple(dict.fromkeys(s.shows for s in secrets if now - s.at < REMEMBERED)),
    )


def _with(state: Taints, principal: str, told: Tainted) -> Taints:
    others = {name: each for name, each in state.of.items() if name != principal}
    return Taints(of=others if told == CLEAN else {**others, principal: told})


def _shown(state: Taints, call: Call, event: calls.ToolCallStarted, at: Position) -> Tainted:
    told = state.of.get(call.principal, CLEAN)
    effects = call.decision.effects if call.decision else ()
    if elsewhere := [each for each in effects if _from_elsewhere(each)]:
        shows = elsewhere[0].target or _ELSEWHERE.get(elsewhere[0].kind, "another place")
        told = _and(told, replace(_source(call, shows, at), first_offset=event.offset))
    return replace(told, secrets=(*told.secrets, *_secrets(effects, at))[-MOST:])


def _from_elsewhere(effect: Effect) -> bool:
    return effect.kind in _ELSEWHERE or (effect.kind == "read" and effect.place not in _OURS)


def _secrets(effects: tuple[Effect, ...], at: Position) -> list[Secret]:
    return [
        Secret(shows=each.target or "a credential", sequence=at.sequence, at=at.time)
        for each in effects
        if each.kind == "credential" or (each.kind == "read" and each.place == "secret")
    ]


def _settled(state: Taints, call: Call, event: CallFact, at: Position) -> Tainted:
    """Say where the output of a call that has ended is; what it hid counts as said by nobody."""
    told, output = state.of.get(call.principal, CLEAN), getattr(event, "output", Output())
    if output.concealed and all(each.call_id != call.call_id for each in told.sources):
        told = _and(told, _source(call, HIDDEN, at))
    ended = (_ended(e, output) if e.call_id == call.call_id else e for e in told.sources)
    return replace(told, sources=tuple(ended))


def _and(told: Tainted, source: Source) -> Tainted:
    return replace(told, sources=(*told.sources, source)[-MOST:])


def _source(call: Call, shows: Text, at: Position) -> Source:
    return Source(
        call_id=call.call_id,
        session_id=call.session_id,
        node=call.node,
        shows=shows,
        sequence=at.sequence,
    )


def _ended(source: Source, output: Output) -> Source:
    return replace(
        source,
        first_offset=output.first_offset or source.first_offset,
        end_offset=output.end_offset,
        first_record=output.first_record,
    )
