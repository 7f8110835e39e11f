import pytest

from events.lifecycle import ENDINGS
from events.nodes import NodeStopped
from events.vocabulary import ALL
from projections.history import Ended, Entry, entry
from tests.support.facts import completed, denied, requested, started
from tests.support.given import recorded

pytestmark = pytest.mark.pure


def test_a_request_begins_an_entry():
    assert entry(recorded(requested(), 7)) == Entry(
        call_id="c1",
        session_id="s1",
        principal="ann",
        tool="run_command",
        fingerprint="print of c1",
        requested=7,
    )


@pytest.mark.parametrize("event", [completed(), denied()])
def test_an_ending_ends_it(event):
    assert entry(recorded(event, 9)) == Ended(call_id="c1", sequence=9)


@pytest.mark.parametrize("event", [started(), NodeStopped(reason="stopped")])
def test_other_facts_leave_it_alone(event):
    assert entry(recorded(event, 9)) is None


def test_there_are_endings_for_every_way_a_call_can_end():
    assert len(ENDINGS) == 11
    assert set(ENDINGS) <= set(ALL)
