"""What Slack is shown: everything that is decided there, and nothing that it would obey."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from events.actions import OpenSession, RunCommand
from events.approvals import ApprovalDenied, ApprovalExpired
from events.base import Sealed
from services.contract.approval import OpenApproval
from services.notifier.message import LONGEST, about, escaped, hindrance, settled
from tests.support.facts import IDLE, RISKY, granted

pytestmark = pytest.mark.pure

ASKED = OpenApproval(
    approval_id="ap1",
    call_id="c1",
    session_id="s1",
    principal="claude",
    action=RunCommand(command="touch <!channel> `x` && echo *"),
    decision=RISKY,
    context=IDLE,
    expires_at=datetime.now(UTC) + timedelta(minutes=5),
    digest="secret digest",
)


def kinds(message) -> list[str]:
    return [block["type"] for block in message.blocks]


def test_a_question_is_shown_whole_and_literally_with_two_buttons():
    message = about(ASKED)
    assert kinds(message) == ["section", "rich_text", "actions"]
    [shown] = message.blocks[1]["elements"][0]["elements"]
    assert shown["type"] == "text"
    assert "touch <!channel> `x` && echo *" in shown["text"]
    buttons = message.blocks[2]["elements"]
    assert [(each["action_id"], each["value"]) for each in buttons] == [
        ("grant", "ap1"),
        ("deny", "ap1"),
    ]


def test_the_digest_stays_here():
    assert "secret digest" not in json.dumps(about(ASKED).blocks)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"assurance": "signed"}, "signature"),
        ({"action": RunCommand(command="echo " + "x" * LONGEST)}, "too long"),
        ({"action": OpenSession(env={"TOKEN": "hush"})}, "variables"),
        ({"action": RunCommand(command=Sealed(key_id="k", nonce=b"", ciphertext=b""))}, "sealed"),
    ],
)
def test_what_cannot_be_decided_in_slack_is_only_announced(changes, why):
    asked = replace(ASKED, **changes)
    message = about(asked)
    assert why in hindrance(asked)
    assert kinds(message) == ["section"]
    assert "eim approvals" in message.text
    assert "hush" not in json.dumps(message.blocks)


def test_a_clients_word_being_enough_an_answer_from_slack_is_too():
    assert hindrance(replace(ASKED, assurance="client-asserted")) == ""


def test_names_and_reasons_mention_nobody_and_link_nowhere():
    text = escaped("<!here> <https://evil|ok> & *bold* `code`")
    assert "<" not in text
    assert text.startswith("&lt;!here&gt;")
    assert "*bold*" not in text
    denied = ApprovalDenied(
        session_id="s1", call_id="c1", approval_id="ap1", by="cli:ada", reason="<!channel>"
    )
    assert "<!channel>" not in json.dumps(settled(denied).blocks)


def test_a_settled_question_has_no_buttons():
    expired = ApprovalExpired(session_id="s1", call_id="c1", approval_id="ap1")
    assert kinds(settled(granted())) == kinds(settled(expired)) == ["section"]
