"""What is posted to Slack about a question. Pure.

Nothing is decided in Slack that cannot be shown there whole: such a message has no buttons.
"""

from typing import Any, Final, NamedTuple

from events.actions import OpenSession
from events.approvals import (
    ApprovalDenied,
    ApprovalExpired,
    ApprovalGranted,
    ApprovalWithdrawn,
)
from events.base import Text
from services.contract.approval import OpenApproval
from services.policy.assurance import suffices
from services.words.question import shown
from services.words.visible import SEALED, one_line

LONGEST: Final = 2_900
"""Characters of a question: what Slack cuts off, nobody has read."""
GRANT: Final = "grant"
DENY: Final = "deny"
ELSEWHERE: Final = "Decide with `eim approvals` on the machine itself"

WHERE: Final = "Settled meanwhile; `eim events` says how."

type Block = dict[str, Any]
type Settled = ApprovalGranted | ApprovalDenied | ApprovalExpired | ApprovalWithdrawn


class Message(NamedTuple):
    """A message: its blocks, and the text where only that is shown, as in a notification."""

    text: str
    blocks: list[Block]


MEANWHILE: Final = Message(
    "Settled meanwhile.", [{"type": "section", "text": {"type": "mrkdwn", "text": WHERE}}]
)


def about(asked: OpenApproval) -> Message:
    """Ask, with buttons where an answer from Slack is enough and everything can be shown."""
    head = f"*{escaped(one_line(asked.principal))}* asks to do something in a terminal."
    if why := hindrance(asked):
        return _said(f"{head} {ELSEWHERE}: {why}.")
    buttons: Block = {
        "type": "actions",
        "block_id": asked.approval_id,
        "elements": [
            _button(GRANT, "Approve, once", "primary", asked.approval_id),
            _button(DENY, "Deny", "danger", asked.approval_id),
        ],
    }
    return Message(_plain(head), [_section(head), _literal(shown(asked)), buttons])


def settled(event: Settled) -> Message:
    """Say what became of a question, in place of it and its buttons."""
    match event:
        case ApprovalGranted():
            return _said(f"Approved by {escaped(one_line(event.by))}.")
        case ApprovalDenied():
            return _said(f"Denied by {escaped(one_line(event.by))}.{_reason(event.reason)}")
        case ApprovalExpired():
            return _said("Expired: nobody answered in time. Nothing was done.")
        case ApprovalWithdrawn():
            return _said("Withdrawn before anybody answered. Nothing was done.")


def hindrance(asked: OpenApproval) -> str:
    """Return why this is not decided in Slack, empty where it can be."""
    if not suffices("authenticated", asked.assurance):
        return "it takes a signature"
    if isinstance(asked.action, OpenSession) and asked.action.env:
        return "it sets variables, whose values do not belong here"
    text = shown(asked)
    if SEALED in text:
        return "its text is sealed"
    return "it is too long to be shown here" if len(text) > LONGEST else ""


def escaped(text: str) -> str:
    """Return a text in which Slack sees no mention, no link and no markup of ours."""
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(character, entity)
    return "".join(f"\N{WORD JOINER}{each}" if each in "*_~`" else each for each in text)


def _reason(reason: Text) -> str:
    return f" {escaped(one_line(reason, 300))}" if reason else ""


def _said(text: str) -> Message:
    return Message(_plain(text), [_section(text)])


def _plain(text: str) -> str:
    return text.replace("*", "")


def _section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _literal(text: str) -> Block:
    """Show a text as it is: in this block Slack looks for no markup."""
    lines = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [lines]}


def _button(verdict: str, label: str, style: str, approval_id: str) -> Block:
    return {
        "type": "button",
        "action_id": verdict,
        "style": style,
        "text": {"type": "plain_text", "text": label, "emoji": False},
        "value": approval_id,
    }
