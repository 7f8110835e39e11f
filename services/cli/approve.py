"""`eim approve`: lets one waiting action happen."""

import asyncio
from typing import Final

from services.cli.desk import desk, myself
from services.cli.refused import Refused
from services.contract.approval import Decide, Settled
from services.words.question import shown

SAID: Final = {
    "ApprovalGranted": "Approved by {by}.",
    "ApprovalEndorsed": "Agreed by {by}. It takes one person more.",
}


def approve(approval: str, /, *, key: str = "") -> int:
    """Let one waiting action happen, once.

    Parameters
    ----------
    approval
        Its id, as `eim approvals` shows it; the first letters are enough.
    key
        Sign with this key file. Without it, one of yours is used where a signature is needed.
    """
    print(asyncio.run(_approve(approval, key)))
    return 0


async def _approve(beginning: str, key: str) -> str:
    async with desk() as at:
        question = await at.find(beginning)
        print(shown(question), flush=True)
        at.check(question)
        signs = key or question.assurance == "signed"
        own = await at.unlocked(key) if signs else None
        signature = await asyncio.to_thread(own.sign, question.statement) if own else ""
        approval, by = question.approval_id, myself()
        yes = Decide(approval_id=approval, verdict="grant", by=by, signature=signature)
        return outcome(await at.decide(yes))


def outcome(settled: Settled) -> str:
    """Return what became of a yes. Raises Refused where it came too late."""
    if settled.event not in SAID:
        raise Refused("it expired before you answered: nothing was approved")
    return SAID[settled.event].format(by=myself())
