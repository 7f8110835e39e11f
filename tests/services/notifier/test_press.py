"""Buttons count only as Slack signed them, now and once."""

import json
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.press import FRESH_S, Forged, NotUnderstood, Press, Slack, press
from tests.support.slack import SECRET, pressed, signed

pytestmark = pytest.mark.pure

BODY = pressed("grant", "ap1")


def is_slacks(body, headers, slack=None) -> bool:
    try:
        (slack or Slack(SECRET)).check(body, headers)
    except Forged:
        return False
    return True


def test_what_slack_signs_is_taken():
    assert is_slacks(BODY, signed(BODY))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        signed(BODY, secret="another"),
        signed(BODY + b" "),
        signed(BODY, age=FRESH_S + 10),
        signed(BODY, age=-FRESH_S - 10),
        signed(BODY) | {"x-slack-signature": ""},
        signed(BODY) | {"x-slack-signature": "v0=\N{LATIN SMALL LETTER E WITH ACUTE}"},
        signed(BODY) | {"x-slack-request-timestamp": "soon"},
        signed(BODY) | {"x-slack-request-timestamp": "1e9"},
    ],
)
def test_what_slack_did_not_sign_just_now_is_not_taken(headers):
    assert not is_slacks(BODY, headers)


def test_a_request_is_taken_once():
    slack, headers = Slack(SECRET), signed(BODY)
    assert is_slacks(BODY, headers, slack)
    assert not is_slacks(BODY, headers, slack)


def test_requests_are_remembered_for_as_long_as_they_would_be_taken():
    class Later:
        at = 0.0

        def now(self):
            return self.at

    clock = Later()
    slack = Slack(SECRET, clock)
    headers = signed(BODY)
    clock.at = float(headers["x-slack-request-timestamp"]) - FRESH_S + 1
    assert is_slacks(BODY, headers, slack)
    clock.at += 2 * FRESH_S - 2
    assert not is_slacks(BODY, headers, slack)


def test_a_button_says_who_pressed_what():
    assert press(pressed("deny", "ap7", "U0BOB")) == Press("U0BOB", "deny", "ap7")


def as_payload(said) -> bytes:
    return urlencode({"payload": json.dumps(said)}).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"payload=",
        b"payload={}&payload={}",
        b"payload=%ff",
        b"other={}",
        as_payload({"type": "view_submission", "user": {"id": "U1"}}),
        as_payload({"type": "block_actions", "user": {"id": "U1"}, "actions": []}),
        as_payload(
            {
                "type": "block_actions",
                "user": {"id": "U1"},
                "actions": [{"action_id": "enrol", "value": "ap1"}],
            }
        ),
        as_payload(
            {
                "type": "block_actions",
                "user": {"id": "U1"},
                "actions": [{"action_id": "grant", "value": "ap1"}] * 2,
            }
        ),
        as_payload([]),
    ],
)
def test_anything_else_is_not_understood(body):
    with pytest.raises(NotUnderstood):
        press(body)


@given(st.binary(max_size=200))
def test_no_bytes_do_harm(body):
    with pytest.raises(NotUnderstood):
        press(body)
