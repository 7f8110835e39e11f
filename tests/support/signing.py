"""A person of a whole system who signs what is dangerous."""

from services.contract.approval import (
    APPROVALS,
    APPROVERS,
    DECIDE_BY_CLI,
    ENROL,
    REVIEWER,
    Decide,
    Enrol,
    WhichApprovals,
    WhichApprovers,
)
from services.runtime.rpc import ask
from services.signing.statements import Enrolment
from tests.support.approvers import key_of
from tests.system import System

ADA = "cli:ada"


async def signed(system: System, approval_id: str) -> None:
    """Have ada grant what was asked, with her signature."""
    await _enrolled(system)
    which = WhichApprovals(approval_id=approval_id)
    [question] = (await ask(system.log.client, REVIEWER, APPROVALS, which)).approvals
    signature = key_of("ada").sign(question.statement)
    answer = Decide(approval_id=approval_id, verdict="grant", by=ADA, signature=signature)
    await ask(system.log.client, REVIEWER, DECIDE_BY_CLI, answer)


async def _enrolled(system: System) -> None:
    """Tests that share a system share its approver, too."""
    line = key_of("ada").public.line
    known = await ask(system.log.client, REVIEWER, APPROVERS, WhichApprovers())
    if line not in known.names:
        proof = key_of("ada").sign(Enrolment("ada", line, known.history))
        asked = Enrol(change="enrol", approver="ada", key=line, by=ADA, proof=proof)
        await ask(system.log.client, REVIEWER, ENROL, asked)
