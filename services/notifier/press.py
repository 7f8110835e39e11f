"""A button that somebody pressed in Slack, as Slack says: only what it signed, and only once."""

from collections.abc import Mapping
from typing import Final, Literal
from urllib.parse import parse_qs

import msgspec
from slack_sdk.signature import Clock, SignatureVerifier

FRESH_S: Final = 300
"""Seconds for which Slack's signature of a request is good."""


class Forged(ValueError):
    """The request is not Slack's, or was here before."""


class NotUnderstood(ValueError):
    """The request says nothing that we asked for."""


class Press(msgspec.Struct, frozen=True):
    """Who pressed what: the person by their id in Slack."""

    user: str
    verdict: Literal["grant", "deny"]
    approval_id: str


class _User(msgspec.Struct):
    id: str


class _Action(msgspec.Struct):
    action_id: Literal["grant", "deny"]
    value: str


class _Pressed(msgspec.Struct):
    type: Literal["block_actions"]
    user: _User
    actions: tuple[_Action]


class Slack:
    """Knows Slack's requests by their signature, and each of them once."""

    def __init__(self, secret: str, clock: Clock | None = None) -> None:
        self._clock = clock or Clock()
        self._verifier = SignatureVerifier(secret, self._clock)
        self._seen: dict[str, float] = {}

    def check(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Raise Forged, unless Slack signed these bytes just now and for the first time."""
        given = headers.get("x-slack-signature", "")
        timestamp = headers.get("x-slack-request-timestamp", "")
        if not (timestamp.isascii() and timestamp.isdigit() and given.isascii()):
            raise Forged("it is not signed")
        if not self._verifier.is_valid(body, timestamp, given):
            raise Forged("its signature does not hold, or is too old")
        now = self._clock.now()
        # The signed time may lie ahead of ours, and is good for as long again.
        self._seen = {each: at for each, at in self._seen.items() if now - at < 2 * FRESH_S}
        if given in self._seen:
            raise Forged("it was here before")
        self._seen[given] = now


def press(body: bytes) -> Press:
    """Read what was pressed. Raises NotUnderstood."""
    try:
        [payload] = parse_qs(body.decode(), strict_parsing=True, max_num_fields=4)["payload"]
        said = msgspec.json.decode(payload, type=_Pressed)
    except (ValueError, KeyError, msgspec.DecodeError) as error:
        raise NotUnderstood(str(error)) from error
    [action] = said.actions
    return Press(said.user.id, action.action_id, action.value)
