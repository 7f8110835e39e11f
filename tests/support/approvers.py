"""Approvers of the tests, whose keys are made once: locking a key file takes a while."""

from functools import cache

from events.approvers import ApproverEnrolled
from events.base import SessionEvent
from services.contract.approval import Decide
from services.signing.agreement import statement
from services.signing.secret_key import SecretKey, made
from services.signing.statements import Enrolment
from services.signing.trust import Trusted, trusted
from tests.support.given import fold

PASSPHRASE = "correct horse"


@cache
def key_of(name: str) -> SecretKey:
    """Return the open key of somebody."""
    return made(PASSPHRASE)[0]


def enrolment(name: str, by: str = "") -> ApproverEnrolled:
    """Return the fact that somebody is enrolled, vouched for by another one."""
    line = key_of(name).public.line
    signature = key_of(by).sign(Enrolment(name, line)) if by else ""
    return ApproverEnrolled(approver=name, key=line, by=f"cli:{name}", signature=signature)


def keys_of(*names: str) -> Trusted:
    """Return whose keys count where these are enrolled one after the other."""
    first, *others = names
    return keys_after(enrolment(first), *(enrolment(name, by=first) for name in others))


def keys_after(*facts: SessionEvent) -> Trusted:
    """Return whose keys count after these facts."""
    return trusted(fold(*facts).approvers)


def yes_of(name: str, call: object) -> Decide:
    """Return the signed answer of somebody to a call."""
    signature = key_of(name).sign(statement(call))
    return Decide(
        approval_id=call.approval_id, verdict="grant", by=f"cli:{name}", signature=signature
    )
