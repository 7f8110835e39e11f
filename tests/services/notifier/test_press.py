"""Buttons count only as Slack signed them, now and once."""

import json
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.notifier.press import FRESH_S, Forged, NotUnderstood, Press, Slack, press
from tests.support.slack import SECRET, pressed, signed

pytestmark = pytest.mark.pure

BODY = pressed("grant", "ap1")
NOW = 1_700_000_000.0


class At:
    """The time, as a test says."""

    def __init__(self, now=NOW):
        self.time = now

    def now(self):
        return self.time


def made(body=BODY, *, ago=0, **more):
    return signed(body, at=NOW - ago, **more)


def is_slacks(body, headers, slack=None) -> bool:
    try:
        (slack or Slack(SECRET, At())).check(body, headers)
    except Forged:
        return False
    return True


def test_what_slack_signs_is_taken():
    assert is_slacks(BODY, made())


@pytest.mark.parametrize(
    "headers",
    [
        {},
        made(secret="another"),
        made(BODY + b" "),
        made(ago=FRESH_S + 1),
        made(ago=-FRESH_S - 1),
        made() | {"x-slack-signature": ""},
        made() | {"x-slack-signature": "v0=\N{LATIN SMALL LETTER E WITH ACUTE}"},
        made() | {"x-slack-request-timestamp": "soon"},
        made() | {"x-slack-request-timestamp": "1e9"},
    ],
)
def test_what_slack_did_not_sign_just_now_is_not_taken(headers):
    assert not is_slacks(BODY, headers)


def test_a_request_is_taken_once():
    slack, headers = Slack(SECRET, At()), made()
    assert is_slacks(BODY, headers, slack)
    assert not is_slacks(BODY, headers, slack)


def test_requests_are_remembered_for_as_long_as_they_would_be_taken():
    clock = At(NOW - FRESH_S + 1)
    slack = Slack(SECRET, clock)
    assert is_slacks(BODY, made(), slack)
    clock.time = NOW + FRESH_S - 1
    assert not is_slacks(BODY, made(), slack)


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


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_do_harm(body):
    with pytest.raises(NotUnderstood):
        press(body)
