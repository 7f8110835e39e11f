"""What becomes of a question to a person: granted, denied, expired or withdrawn. Pure."""

import re
from datetime import datetime, timedelta
from typing import assert_never

import msgspec
from msgspec.structs import replace

from events.approvals import (
    ApprovalDenied,
    ApprovalEndorsed,
    ApprovalExpired,
    ApprovalGranted,
    ApprovalWithdrawn,
    Assurance,
)
from events.calls import ToolCallWithdrawn
from events.lifecycle import State
from events.vocabulary import CallFact
from projections.calls import Agreement, Call, Calls
from services.contract.approval import CLIENT, SLACK, Decide
from services.policy.assurance import Needs, least_of, suffices
from services.safety_reviewer.verdicts import Questions, lapsed
from services.signing.agreement import KEY, person, persons, statement
from services.signing.public_key import NotSigned
from services.signing.trust import Keys, signed_by

GRANTED_FOR = timedelta(seconds=30)
"""How long a granted call may wait for the driver."""
BY = re.compile(r"(?:[a-z]{1,16}:)?[^:\x00-\x1f\x7f-\x9f]{1,64}")
"""Who decides, as the channel through which the answer came knows them: `cli:ada`."""
NEEDS_SIGNATURE = (
    "This takes a signature with your own key. `eim enrol NAME` makes one, once;"
    " then approve again."
)
NEEDS_PERSON = "A client's word is not enough for this; it takes a person: `eim approvals`."
GRACE = timedelta(seconds=5)
"""How long after its end a clearance is left to the driver before it is recorded as lapsed."""


def asked(calls: Calls, approval_id: str) -> Call | None:
    """Return the call that a question is about, while it is open."""
    waiting = (c for c in calls.open.values() if c.state is State.AWAITING_APPROVAL)
    return next((call for call in waiting if call.approval_id == approval_id), None)


def waiting(calls: Calls, call: Call) -> Questions:
    """Count the questions that wait on the node of a call, and those of its client among them."""
    found = [
        other.principal
        for other in calls.open.values()
        if other.state is State.AWAITING_APPROVAL and other.node == call.node
    ]
    return Questions(node=len(found), client=found.count(call.principal))


class Hearing(msgspec.Struct, frozen=True):
    """What an answer is measured by: the time, how sure it must be, whose keys count.

    `unsigned` is how sure one without a signature is, by the way it came.
    """

    now: datetime
    needs: Needs
    keys: Keys
    unsigned: Assurance = "authenticated"


class NotAgreed(ValueError):
    """An answer that does not count; the question stays open."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def answered(call: Call, answer: Decide, hearing: Hearing) -> CallFact | None:
    """Turn a person's answer into its event; None where nobody asks any more. Raises NotAgreed."""
    if call.state is not State.AWAITING_APPROVAL or call.approval_id != answer.approval_id:
        return None
    if not BY.fullmatch(answer.by):
        raise NotAgreed("bad_name", "It is not said who decides.")
    if _over(call.expires_at, hearing.now):
        return _expired(call)
    match answer.verdict:
        case "grant":
            return _agreed(call, answer, hearing)
        case "deny":
            return ApprovalDenied(
                call_id=call.call_id,
                session_id=call.session_id,
                approval_id=call.approval_id,
                by=answer.by,
                reason=answer.reason,
            )
        case _:
            assert_never(answer.verdict)


def elicited(call: Call, answer: Decide, hearing: Hearing) -> CallFact | None:
    """Turn what a client says its user answered into its event. Raises NotAgreed.

    It speaks for nobody but its own user, and only where the policy takes its word for it.
    """
    if answer.signature or answer.by != CLIENT + call.principal:
        raise NotAgreed("not_yours", "A client answers for its own user only, and signs nothing.")
    if not suffices("client-asserted", least(call, hearing.needs)):
        raise NotAgreed("needs_person", NEEDS_PERSON)
    return answered(call, answer, replace(hearing, unsigned="client-asserted"))


def in_slack(call: Call, answer: Decide, hearing: Hearing) -> CallFact | None:
    """Turn what somebody answered in Slack into its event. Raises NotAgreed."""
    if answer.signature or not answer.by.startswith(SLACK):
        raise NotAgreed("not_yours", "Slack answers for who is logged in there, and signs nothing.")
    return answered(call, answer, hearing)


def least(call: Call, needs: Needs) -> Assurance:
    """Return how sure an agreement to this call must be."""
    return least_of(call.decision, needs) if call.decision else "signed"


def _agreed(call: Call, answer: Decide, hearing: Hearing) -> ApprovalEndorsed | ApprovalGranted:
    given = _agreement(call, answer, hearing)
    before = persons(call, least(call, hearing.needs), hearing.keys)
    _check(call, given, before, least(call, hearing.needs))
    needed = call.decision.approvers if call.decision else 1
    if len(before) + 1 < needed:
        return ApprovalEndorsed(
            call_id=call.call_id,
            session_id=call.session_id,
            approval_id=call.approval_id,
            by=given.by,
            assurance=given.assurance,
            signature=given.signature,
        )
    return ApprovalGranted(
        call_id=call.call_id,
        session_id=call.session_id,
        approval_id=call.approval_id,
        by=given.by,
        assurance=given.assurance,
        digest=call.digest,
        valid_until=hearing.now + GRANTED_FOR,
        signature=given.signature,
    )


def _agreement(call: Call, answer: Decide, hearing: Hearing) -> Agreement:
    if not answer.signature:
        return Agreement(by=answer.by, assurance=hearing.unsigned)
    try:
        name = signed_by(statement(call), answer.signature, hearing.keys)
    except NotSigned as error:
        raise NotAgreed("bad_signature", f"The signature does not count: {error}.") from error
    return Agreement(by=KEY + name, assurance="signed", signature=answer.signature)


def _check(call: Call, given: Agreement, before: frozenset[str], needed: Assurance) -> None:
    if not suffices(given.assurance, needed):
        raise NotAgreed("needs_signature", NEEDS_SIGNATURE)
    if given.by in {call.principal, KEY + call.principal}:
        raise NotAgreed("own_request", "Nobody approves what they asked for themselves.")
    if person(given.by) in before:
        raise NotAgreed("already_agreed", f"{given.by} has agreed; it takes another person.")


def withdrawn(call: Call, by: str) -> CallFact | None:
    """Take back a call that has not been started; None where it is too late for that."""
    match call.state:
        case State.AWAITING_APPROVAL:
            return ApprovalWithdrawn(
                call_id=call.call_id,
                session_id=call.session_id,
                approval_id=call.approval_id,
                by=by,
            )
        case State.REQUESTED | State.CLEARED:
            return ToolCallWithdrawn(call_id=call.call_id, session_id=call.session_id, by=by)
        case _:
            return None


def overdue(call: Call, now: datetime) -> CallFact | None:
    """Return what time alone has made of a call."""
    match call.state:
        case State.AWAITING_APPROVAL if _over(call.expires_at, now):
            return _expired(call)
        case State.REQUESTED if now > call.deadline:
            return lapsed(call, "nobody reviewed it in time")
        case State.CLEARED if _over(call.valid_until, now - GRACE):
            return lapsed(call, "cleared, but not started in time")
        case _:
            return None


def _over(end: datetime | None, now: datetime) -> bool:
    return end is not None and now > end


def _expired(call: Call) -> ApprovalExpired:
    return ApprovalExpired(
        call_id=call.call_id, session_id=call.session_id, approval_id=call.approval_id
    )
