"""A person of a whole system who signs what is dangerous."""

from typing import Protocol

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
from services.signing.public_key import PublicKey
from services.signing.statements import Enrolment, Statement
from tests.support.approvers import key_of
from tests.system import System

ADA = "cli:ada"


class Signs(Protocol):
    """A key, wherever it is kept."""

    @property
    def public(self) -> PublicKey: ...

    def sign(self, statement: Statement, /) -> str: ...


async def signed(system: System, approval_id: str) -> None:
    """Have ada grant what was asked, with her signature."""
    await enrolled(system, key_of("ada"))
    await said_yes(system, approval_id, key_of("ada"))


async def enrolled(system: System, key: Signs) -> None:
    """Enrol ada's key; tests that share a system share its approver, too."""
    known = await ask(system.log.client, REVIEWER, APPROVERS, WhichApprovers())
    if (line := key.public.line) not in known.names:
        proof = key.sign(Enrolment("ada", line, known.history))
        asked = Enrol(change="enrol", approver="ada", key=line, by=ADA, proof=proof)
        await ask(system.log.client, REVIEWER, ENROL, asked)


async def said_yes(system: System, approval_id: str, key: Signs) -> None:
    """Sign and hand in. Raises Declined."""
    which = WhichApprovals(approval_id=approval_id)
    [question] = (await ask(system.log.client, REVIEWER, APPROVALS, which)).approvals
    signature = key.sign(question.statement)
    answer = Decide(approval_id=approval_id, verdict="grant", by=ADA, signature=signature)
    await ask(system.log.client, REVIEWER, DECIDE_BY_CLI, answer)
