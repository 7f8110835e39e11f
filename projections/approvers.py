"""The keys of approvers, as the log tells of them, in its order."""

from events.approvers import ApproverEnrolled, ApproverRevoked
from events.base import Value

type ApproverFact = ApproverEnrolled | ApproverRevoked


class Approvers(Value):
    """Every fact there is. Whether a signature holds is for those to say who verify it."""

    facts: tuple[ApproverFact, ...] = ()


def evolve(state: Approvers, event: ApproverFact) -> Approvers:
    """Fold one fact."""
    return Approvers(facts=(*state.facts, event))
