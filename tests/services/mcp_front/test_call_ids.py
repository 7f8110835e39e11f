import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from events.subjects import token
from services.mcp_front.call_ids import identify, name_session

pytestmark = pytest.mark.pure

NAMES = st.text(st.characters(exclude_characters="\0"), min_size=1)


@given(NAMES, NAMES)
def test_the_same_request_of_the_same_principal_is_the_same_call(principal, request_id):
    assert identify(principal, request_id) == identify(principal, request_id)


@given(NAMES, NAMES, NAMES, NAMES)
def test_other_requests_are_other_calls(principal, request_id, other, another):
    assume((principal, request_id) != (other, another))
    assert identify(principal, request_id) != identify(other, another)


def test_moving_a_letter_from_one_name_to_the_other_is_another_call():
    assert identify("ab", "c") != identify("a", "bc")


def test_without_a_key_every_call_is_a_new_one():
    assert len({identify("ann", "") for _ in range(100)}) == 100


@given(NAMES, st.text())
def test_every_id_may_be_part_of_a_subject(principal, request_id):
    call_id = identify(principal, request_id)
    assert token(call_id) == call_id
    assert token(name_session(call_id)) == name_session(call_id)


def test_a_repeated_open_is_the_same_session():
    assert name_session("c1") == name_session("c1") != name_session("c2")
