"""Faults of the log in words: what is certain, and how to find out what is not."""

import pytest

from services.mcp_front.refusals import Refusal
from services.mcp_front.trouble import explained
from services.runtime.log import LogUnavailable

pytestmark = pytest.mark.pure


def told(*call_id: str) -> Refusal:
    with pytest.raises(Refusal) as refused, explained(*call_id):
        raise LogUnavailable("no answer")
    return refused.value


def test_a_call_that_never_reached_the_log_may_be_made_again() -> None:
    refused = told()
    assert (refused.code, refused.command_id) == ("log_unavailable", "")
    assert "Nothing was recorded" in refused.message
    assert refused.next_step.endswith("Call again when it is back.")


def test_a_call_that_may_be_recorded_is_looked_up_and_not_sent_again() -> None:
    refused = told("c7")
    assert (refused.code, refused.command_id) == ("log_unavailable", "c7")
    assert "not certain that 'c7' is recorded" in refused.message
    assert "wait_command(command_id='c7')" in refused.next_step
    assert refused.next_step.endswith("do not send it again.")
