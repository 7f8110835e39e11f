import pytest
from msgspec.structs import replace

from events.sessions import (
    ControlReturned,
    ControlTaken,
    RecordingGapped,
    SessionLost,
    SessionResized,
)
from projections import terminals
from projections.sessions import REMEMBERED, Session, Sessions
from tests.support.facts import CLOSED, OPENED
from tests.support.given import fold, history, recorded

pytestmark = pytest.mark.pure

OPEN = Session(
    session_id="s1",
    node="mac1",
    epoch="e1",
    owner="ann",
    backend="pty",
    fidelity="raw",
    name="",
    shell="",
    integration="none",
    cwd="/src",
    cols=80,
    rows=24,
    pid=0,
)
GAP = RecordingGapped(session_id="s1", offset=4, bytes=3, reason="limit")
LOST = SessionLost(session_id="s1", reason="restart", last_offset=7)

TAKEN = ControlTaken(session_id="s1", by="cli:ann", how="typing", offset=5)
RETURNED = ControlReturned(session_id="s1", by="cli:ann", reason="detached", offset=6)


def session(*events):
    return fold(OPENED, *events).sessions.known["s1"]


def test_an_opened_session_is_known_with_its_node():
    assert fold(OPENED).sessions.known == {"s1": OPEN}


@pytest.mark.parametrize(
    ("event", "changes"),
    [
        (SessionResized(session_id="s1", cols=100, rows=40), {"cols": 100, "rows": 40}),
        (CLOSED, {"state": "closed", "ended": "exited", "last_offset": 9}),
        (LOST, {"state": "lost", "last_offset": 7}),
        (GAP, {"gaps": 1}),
        (TAKEN, {"control": TAKEN}),
        (RETURNED, {"control": None}),
    ],
)
def test_a_fact_changes_just_what_it_says(event, changes):
    assert session(event) == replace(OPEN, **changes)


@pytest.mark.parametrize("event", [CLOSED, LOST, GAP])
def test_a_fact_about_an_unknown_session_changes_nothing(event):
    assert fold(event).sessions == Sessions()


def test_a_session_opened_again_under_its_name_is_the_new_one():
    assert session(CLOSED, replace(OPENED, epoch="e2")) == replace(OPEN, epoch="e2")


def test_open_sessions_are_listed_for_one_node_or_for_all():
    there = recorded(replace(OPENED, session_id="s2"), 2, node="mac2")
    state = terminals.evolve(fold(OPENED), there).sessions
    assert [found.session_id for found in state.open()] == ["s1", "s2"]
    assert [found.session_id for found in state.open("mac2")] == ["s2"]


@pytest.mark.parametrize("end", [CLOSED, LOST])
def test_a_session_that_ended_is_not_open(end):
    assert fold(OPENED, end).sessions.open() == []


def many(count):
    for number in range(count):
        yield replace(OPENED, session_id=f"x{number}")
        yield replace(CLOSED, session_id=f"x{number}")


def test_the_oldest_of_the_ended_sessions_are_forgotten():
    known = fold(OPENED, *many(REMEMBERED + 5)).sessions.known
    assert list(known) == ["s1", *(f"x{number}" for number in range(5, REMEMBERED + 5))]


def test_the_end_of_a_forgotten_session_s_log_is_still_known():
    log = history(*many(REMEMBERED + 5))
    assert fold(*(found.event for found in log)).newest["x0"] == 2


@pytest.mark.parametrize("end", [RETURNED, CLOSED, LOST])
def test_control_ends_when_it_is_returned_and_with_the_session(end):
    assert session(TAKEN, end).control is None
