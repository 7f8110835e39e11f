"""`eim approve`: lets one waiting action happen."""

import asyncio

from services.cli.desk import Desk, desk, myself
from services.cli.question import shown
from services.contract.approval import Decide, OpenApproval


def approve(approval: str, /, *, key: str = "") -> int:
    """Let one waiting action happen, once.

    Parameters
    ----------
    approval
        Its id, as `eim approvals` shows it; the first letters are enough.
    key
        Sign with this key file. Without it, one of yours is used where a signature is needed.
    """
    asyncio.run(_approve(approval, key))
    return 0


async def _approve(beginning: str, key: str) -> None:
    async with desk() as at:
        question = await at.find(beginning)
        print(shown(question), flush=True)
        at.check(question)
        sign = await at.unlocked(key) if key or question.assurance == "signed" else None
        signature = await asyncio.to_thread(sign, question.statement) if sign else ""
        await at.decide(_yes(question, signature))
        print(await _outcome(at, question))


def _yes(question: OpenApproval, signature: str) -> Decide:
    approval = question.approval_id
    return Decide(approval_id=approval, verdict="grant", by=myself(), signature=signature)


async def _outcome(at: Desk, question: OpenApproval) -> str:
    """Return what is said afterwards: it may take another person."""
    still = [each for each in await at.open() if each.approval_id == question.approval_id]
    if still:
        return f"Agreed: {', '.join(still[0].agreed)}. It takes one person more."
    return f"Approved by {myself()}."
