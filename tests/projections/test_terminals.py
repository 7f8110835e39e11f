from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from events.actions import CloseSession
from events.calls import CallEvent, ToolCallServed
from events.lifecycle import FINAL, State
from events.nodes import NodeStarted
from events.operations import LogRestored
from events.policy import PolicyLayerLoaded
from events.sessions import SessionClosed
from events.vocabulary import ALL
from projections import terminals
from projections.calls import Calls
from projections.terminals import Terminals
from tests.support.facts import CLOSED, OPENED, cleared, completed, requested, started
from tests.support.given import fold, history, recorded
from tests.support.strategies import struct

pytestmark = pytest.mark.pure

CALLS = [event for event in ALL if issubclass(event, CallEvent)]
POLICY = PolicyLayerLoaded(layer="user", path="p", sha256="h1", content="")


@st.composite
def facts(draw):
    """One fact about a few sessions and calls, so that a log of them makes stories."""
    event = draw(st.sampled_from(ALL + tuple(CALLS)).flatmap(struct))
    if isinstance(event, CallEvent):
        event = replace(event, call_id=draw(st.sampled_from(["c1", "c2", "c3"])))
    return replace(event, session_id=draw(st.sampled_from(["s1", "s2", "_"])))


LOGS = st.lists(facts(), max_size=30).map(lambda events: history(*events))


def folded(log, state=terminals.initial):
    for found in log:
        state = terminals.evolve(state, found)
    return state


def saved(state):
    return msgspec.msgpack.decode(msgspec.msgpack.encode(state), type=Terminals)


@given(LOGS, st.integers(0, 30))
def test_a_fold_goes_on_from_what_was_saved_at_any_point(log, cut):
    assert folded(log[cut:], saved(folded(log[:cut]))) == folded(log)


@given(LOGS)
def test_a_fold_saved_after_every_event_is_the_same(log):
    state = terminals.initial
    for found in log:
        state = saved(terminals.evolve(state, found))
    assert state == folded(log)


@given(LOGS)
def test_every_open_call_is_on_its_way(log):
    for call in folded(log).calls.open.values():
        assert call.state not in FINAL | {State.NEW}
        assert call.sequence <= call.newest <= len(log)


@given(LOGS)
def test_the_newest_event_of_each_session_is_known(log):
    newest = {found.event.session_id: found.sequence for found in log}
    assert folded(log).newest == newest


@given(LOGS)
def test_at_most_one_command_of_a_session_is_due(log):
    calls = folded(log).calls
    for session in ("s1", "s2", "_"):
        waiting = [c for c in calls.of(session) if c.state is State.REQUESTED]
        assert calls.due(session) == [c for c in waiting if not calls.ahead_of(c)]
        if waiting and len(waiting) == len(calls.of(session)):
            first, *others = calls.due(session)
            assert first == min(waiting, key=lambda c: c.sequence)
            assert all(c.action == CloseSession(mode="force") for c in others)


@given(LOGS)
def test_a_fold_leaves_the_one_before_untouched(log):
    state = folded(log)
    before = msgspec.msgpack.encode(state)
    terminals.evolve(state, recorded(requested("new"), len(log) + 1))
    assert msgspec.msgpack.encode(state) == before


@pytest.mark.parametrize(
    "event",
    [
        ToolCallServed(session_id="s1", principal="ann", tool="read_screen"),
        NodeStarted(session_id="s1", version="1", platform="x"),
    ],
)
def test_what_says_nothing_about_calls_only_moves_the_end_of_the_log(event):
    assert fold(event) == Terminals(newest={"s1": 1})


def test_a_policy_file_is_known_by_its_hash():
    assert fold(POLICY, POLICY).policies == frozenset({"h1"})


def test_the_last_restore_is_the_one_that_counts():
    first, second = LogRestored(restored_to=0, source="a"), LogRestored(restored_to=1, source="b")
    assert fold(first, requested(), second).restored == 3


def test_a_thousand_ended_calls_leave_nothing_in_memory():
    steps = (requested, cleared, started, completed)
    ended = [step(f"c{number}") for number in range(1000) for step in steps]
    assert fold(OPENED, *ended).calls == Calls()


def test_memory_of_sessions_is_bounded():
    many = [
        event
        for n in range(1300)
        for event in (replace(OPENED, session_id=f"x{n}"), replace(CLOSED, session_id=f"x{n}"))
    ]
    state = fold(*many)
    assert len(state.sessions.known) == 100
    assert len(state.newest) == 1100


def test_where_a_session_ends_is_kept_as_long_as_a_call_of_it_is_on_its_way():
    many = [ToolCallServed(session_id=f"x{n}", principal="a", tool="t") for n in range(1100)]
    state = fold(requested("c1", session_id="s9"), *many, OPENED)
    assert "s9" in state.newest
    assert "x0" not in state.newest


@pytest.mark.parametrize("reason", get_args(SessionClosed.__annotations__["reason"]))
def test_a_session_that_ended_in_any_way_can_be_saved(reason):
    state = fold(OPENED, replace(CLOSED, reason=reason))
    assert saved(state) == state
