from collections import Counter

import pytest

from events.calls import CallEvent
from events.lifecycle import BYSTANDERS, ENDINGS, FINAL, LIFECYCLE, NEXT, State, publishers
from events.vocabulary import ALL

pytestmark = pytest.mark.pure


def reachable(state):
    steps = {after for before, _, after, _ in LIFECYCLE if before is state and after is not state}
    return {state}.union(*(reachable(after) for after in steps))


def test_an_event_leads_from_a_state_to_one_other():
    assert len(NEXT) == len(LIFECYCLE)


def test_every_event_of_a_call_has_its_place():
    calls = {event for event in ALL if issubclass(event, CallEvent)}
    assert {step.event for step in LIFECYCLE} == calls


def test_every_event_of_a_call_has_one_publisher():
    assert {len(users) for users in publishers().values()} == {1}


def test_every_state_can_be_reached_from_the_request():
    assert reachable(State.NEW) == set(State)


@pytest.mark.parametrize("state", State)
def test_from_every_state_a_call_can_end(state):
    assert reachable(state) & FINAL


def test_nothing_follows_an_ending():
    assert not FINAL & {step.state for step in LIFECYCLE}


def test_an_ending_always_ends_the_call():
    assert not [step for step in LIFECYCLE if step.event in ENDINGS and step.after not in FINAL]


def test_a_call_runs_only_through_its_start_and_starts_only_when_cleared():
    into = [step for step in LIFECYCLE if step.after is State.RUNNING != step.state]
    assert [(step.state, step.event.__name__) for step in into] == [
        (State.CLEARED, "ToolCallStarted")
    ]


def test_only_the_reviewer_clears():
    assert {step.publisher for step in LIFECYCLE if step.after is State.CLEARED} == {
        "safety_reviewer"
    }


def test_every_final_state_has_one_event_except_a_withdrawal():
    endings = Counter(step.after for step in LIFECYCLE if step.event in ENDINGS)
    events = {state: {s.event for s in LIFECYCLE if s.after is state} for state in endings}
    assert {state for state, found in events.items() if len(found) > 1} == {State.WITHDRAWN}


def test_no_bystander_ends_a_call():
    assert not set(BYSTANDERS) & set(ENDINGS)
