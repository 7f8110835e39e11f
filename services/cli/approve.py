"""`eim approve`: lets one waiting action happen."""

import asyncio

from services.cli.desk import desk, myself
from services.cli.question import shown
from services.contract.approval import Decide


def approve(approval: str, /) -> int:
    """Let one waiting action happen, once.

    Parameters
    ----------
    approval
        Its id, as `eim approvals` shows it; the first letters are enough.
    """
    asyncio.run(_approve(approval))
    return 0


async def _approve(beginning: str) -> None:
    async with desk() as at:
        question = await at.find(beginning)
        print(shown(question))
        by = myself()
        await at.decide(Decide(approval_id=question.approval_id, verdict="grant", by=by))
        print(f"Approved by {by}.")
