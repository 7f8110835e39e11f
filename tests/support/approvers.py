"""Approvers of the tests, whose keys are made once: locking a key file takes a while."""

from functools import cache

from msgspec.structs import replace

from events.approvers import ApproverEnrolled, ApproverRevoked
from projections.approvers import ApproverFact
from projections.calls import Call
from services.contract.approval import Decide
from services.signing.agreement import statement
from services.signing.secret_key import SecretKey, made
from services.signing.trust import Keys, Trust, statement_of, trusted
from tests.support.given import fold

PASSPHRASE = "correct horse"


@cache
def key_of(name: str) -> SecretKey:
    """Return the open key of somebody."""
    return made(PASSPHRASE)[0]


def enrolment(name: str, *before: ApproverFact, by: str = "") -> ApproverEnrolled:
    """Return the fact that somebody is enrolled after these, vouched for by another one."""
    fact = ApproverEnrolled(approver=name, key=key_of(name).public.line, by=f"cli:{name}")
    said = statement_of(fact, trust_after(*before).history)
    signature = key_of(by).sign(said) if by else ""
    return replace(fact, proof=key_of(name).sign(said), signature=signature)


def revocation(name: str, *before: ApproverFact, by: str) -> ApproverRevoked:
    """Return the fact that somebody's key is revoked after these."""
    fact = ApproverRevoked(approver=name, key=key_of(name).public.line, by=f"cli:{by}")
    said = statement_of(fact, trust_after(*before).history)
    return replace(fact, signature=key_of(by).sign(said))


def trust_after(*facts: ApproverFact) -> Trust:
    """Return whose keys count after these facts."""
    return trusted(fold(*facts).approvers)


def keys_of(*names: str) -> Keys:
    """Return whose keys count where these are enrolled, the first vouching for the others."""
    facts: list[ApproverFact] = []
    for name in names:
        facts.append(enrolment(name, *facts, by=names[0] if facts else ""))
    return trust_after(*facts).keys


def yes_of(name: str, call: Call) -> Decide:
    """Return the signed answer of somebody to a call."""
    signature = key_of(name).sign(statement(call))
    return Decide(
        approval_id=call.approval_id, verdict="grant", by=f"cli:{name}", signature=signature
    )
