"""A passkey signs what is dangerous, through the whole system; no page asks for it yet."""

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
from services.runtime.rpc import Declined, ask
from services.signing.statements import Enrolment
from tests.support.authenticator import Authenticator
from tests.system import Result, System, is_fact

BY = "cli:ada"


async def enrolled(system: System, device: Authenticator) -> None:
    """Enrol a passkey as the first key."""
    known = await ask(system.log.client, REVIEWER, APPROVERS, WhichApprovers())
    line = device.public.line
    proof = device.sign(Enrolment("ada", line, known.history))
    wanted = Enrol(change="enrol", approver="ada", key=line, by=BY, proof=proof)
    await ask(system.log.client, REVIEWER, ENROL, wanted)


async def said_yes(system: System, asked: Result, device: Authenticator) -> str:
    """Sign and hand in; return the code of a refusal."""
    which = WhichApprovals(approval_id=asked["approval_id"])
    [question] = (await ask(system.log.client, REVIEWER, APPROVALS, which)).approvals
    signature = device.sign(question.statement)
    yes = Decide(approval_id=question.approval_id, verdict="grant", by=BY, signature=signature)
    try:
        await ask(system.log.client, REVIEWER, DECIDE_BY_CLI, yes)
    except Declined as declined:
        return declined.code
    return ""


async def test_a_passkey_lets_a_dangerous_command_run(alone: System) -> None:
    device = Authenticator()
    await enrolled(alone, device)
    async with alone.client() as assistant:
        session = await assistant.session()
        asked = await assistant.run(session, "rm -r not-there", wait_ms=1000)
        assert asked["decision"]["tier"] == "dangerous"
        assert await said_yes(alone, asked, Authenticator()) == "bad_signature"
        assert await said_yes(alone, asked, device) == ""
        done = await assistant.call("wait_command", command_id=asked["command_id"], wait_ms=15000)
        await assistant.close_all()
    assert done["status"] == "completed"
    [granted] = await alone.facts(is_fact("ApprovalGranted", assurance="signed"))
    assert granted.event.by == "key:ada"
