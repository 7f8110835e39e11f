import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from events import subjects
from events.calls import ToolCallOutcomeUnknown, ToolCallRequested, ToolCallServed
from events.nodes import NodeStopped
from events.subjects import BadToken, fact, node_of, session_filter, subject_of, token
from tests.support.strategies import EVENTS

pytestmark = pytest.mark.pure

TOKENS = st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True)
SERVED = ToolCallServed(session_id="s1", principal="ann", tool="read_screen")


@pytest.mark.parametrize(
    ("event", "name"),
    [
        (ToolCallRequested, "call-requested"),
        (ToolCallOutcomeUnknown, "call-outcome-unknown"),
        (NodeStopped, "node-stopped"),
    ],
)
def test_a_fact_is_named_in_kebab_case(event, name):
    assert fact(event) == name


def test_an_event_is_stored_under_node_session_and_fact():
    assert subject_of("mac1", SERVED) == "evt.mac1.s1.call-served"
    assert subject_of("mac1", NodeStopped(reason="stopped")) == "evt.mac1._.node-stopped"


def test_a_session_is_followed_by_one_filter():
    assert session_filter("evt.mac1.s1.call-served") == "evt.mac1.s1.*"


def test_a_recording_is_apart_from_the_events():
    assert subjects.recording_of("mac1", "s1") == "out.mac1.s1"


@given(TOKENS, TOKENS, EVENTS)
def test_the_node_is_read_back_from_any_subject(node, session, event):
    assert node_of(subject_of(node, replace(event, session_id=session))) == node


@given(TOKENS, st.characters(exclude_characters=string.ascii_letters + string.digits + "_-"))
def test_one_other_character_is_enough_to_refuse_a_name(name, other):
    with pytest.raises(BadToken):
        token(name[:32] + other + name[32:])


@pytest.mark.parametrize(
    "name", ["", "a.b", "*", ">", "a b", "a\n", "a\r\nPUB evt", "ä", "x" * 65, "$JS", "a\0"]
)
def test_a_name_that_could_leave_its_place_is_refused(name):
    with pytest.raises(BadToken):
        token(name)


@given(TOKENS)
def test_a_plain_name_stays_as_it_is(name):
    assert token(name) == name
