"""Real logs, recorded once from the running system, mean today what they meant then."""

import json
from functools import reduce
from pathlib import Path

import msgspec
import pytest

from events import codec
from events.calls import CallEvent, ToolCallRequested
from projections import terminals
from projections.calls import Calls
from projections.history import Ended, entry
from projections.terminals import Terminals

pytestmark = pytest.mark.pure

HERE = Path(__file__).parent
STORIES = {
    "safe": ["requested", "cleared", "running", "ended"],
    "approved": ["requested", "awaiting_approval", "cleared", "running", "ended"],
    "denied": ["requested", "awaiting_approval", "ended"],
    "expired": ["requested", "awaiting_approval", "ended"],
    "restart": ["requested", "cleared", "running", "ended"],
}
OUTCOMES = {
    "safe": ["ToolCallCompleted"],
    "approved": ["ToolCallCompleted"],
    "denied": ["ApprovalDenied"],
    "expired": ["ApprovalExpired"],
    "restart": ["ToolCallOutcomeUnknown", "ToolCallRefused"],
}
SESSIONS = dict.fromkeys(STORIES, "closed") | {"restart": "lost"}


def read(name):
    lines = (HERE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    stored = map(json.loads, lines)
    return [codec.recorded(each["headers"], json.dumps(each["body"]).encode()) for each in stored]


def fold(log, state=terminals.initial):
    return reduce(terminals.evolve, log, state)


def commands(log):
    """Return the ids of the calls after the one that opened the session."""
    return [r.event.call_id for r in log if isinstance(r.event, ToolCallRequested)][1:]


@pytest.mark.parametrize("name", STORIES)
def test_a_recorded_log_has_no_hole(name):
    log = read(name)
    assert [recorded.sequence for recorded in log] == list(range(1, len(log) + 1))


@pytest.mark.parametrize(("name", "states"), STORIES.items())
def test_the_first_command_goes_the_way_it_went(name, states):
    log = read(name)
    call_id, state, seen = commands(log)[0], terminals.initial, []
    for recorded in log:
        state = terminals.evolve(state, recorded)
        if isinstance(recorded.event, CallEvent) and recorded.event.call_id == call_id:
            call = state.calls.open.get(call_id)
            seen.append(call.state.value if call else "ended")
    assert seen == states


@pytest.mark.parametrize(("name", "outcomes"), OUTCOMES.items())
def test_every_command_has_exactly_its_one_outcome(name, outcomes):
    log = read(name)
    ends = {found.call_id: found for found in map(entry, log) if isinstance(found, Ended)}
    endings = [log[ends[call_id].sequence - 1].event for call_id in commands(log)]
    assert [type(event).__name__ for event in endings] == outcomes


@pytest.mark.parametrize(("name", "state"), SESSIONS.items())
def test_in_the_end_nothing_is_open(name, state):
    end = fold(read(name))
    assert end.calls == Calls()
    assert [session.state for session in end.sessions.known.values()] == [state]


@pytest.mark.parametrize("name", STORIES)
def test_a_crash_after_any_event_changes_nothing(name):
    log = read(name)
    for cut in range(len(log)):
        saved = msgspec.msgpack.encode(fold(log[:cut]))
        restored = msgspec.msgpack.decode(saved, type=Terminals)
        assert fold(log[cut:], restored) == fold(log)


def test_a_command_that_runs_is_never_taken_up_again_after_a_restart():
    log = read("restart")
    unknown, *_ = commands(log)
    starts = [r for r in log if type(r.event).__name__ == "ToolCallStarted"]
    assert [r.event.call_id for r in starts].count(unknown) == 1


def test_what_was_approved_is_exactly_what_was_asked_about_and_started():
    facts = {type(r.event).__name__: r.event for r in read("approved")}
    digests = {
        facts[name].digest for name in ("ApprovalRequested", "ApprovalGranted", "ToolCallStarted")
    }
    assert len(digests) == 1
