"""Whose keys count from now on: an approver vouches for another one. Pure."""

from events.approvers import ApproverEnrolled, ApproverRevoked
from projections.approvers import ApproverFact, Approvers
from services.contract.approval import Enrol
from services.safety_reviewer.approvals import NotAgreed
from services.signing.trust import objection, trusted


def enrolled(asked: Enrol, known: Approvers) -> ApproverFact:
    """Return the fact that is asked for. Raises NotAgreed where it would count for nothing."""
    fact = _fact(asked)
    if why := objection(fact, trusted(known)):
        raise NotAgreed("not_enrolled", f"Nothing was changed: {why}. `eim approvers` lists them.")
    return fact


def _fact(asked: Enrol) -> ApproverFact:
    if asked.change == "revoke":
        return ApproverRevoked(
            approver=asked.approver, key=asked.key, by=asked.by, signature=asked.signature
        )
    return ApproverEnrolled(
        approver=asked.approver,
        key=asked.key,
        by=asked.by,
        signature=asked.signature,
        proof=asked.proof,
    )
