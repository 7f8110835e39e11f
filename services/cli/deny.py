"""`eim deny`: refuses one waiting action."""

import asyncio

from services.cli.desk import desk, myself
from services.contract.approval import Decide
from services.words.question import shown


def deny(approval: str, /, *, reason: str = "") -> int:
    """Refuse one waiting action.

    Parameters
    ----------
    approval
        Its id, as `eim approvals` shows it; the first letters are enough.
    reason
        Why; the assistant is told.
    """
    asyncio.run(_deny(approval, reason))
    return 0


async def _deny(beginning: str, reason: str) -> None:
    async with desk() as at:
        question = await at.find(beginning)
        print(shown(question))
        by = myself()
        answer = Decide(approval_id=question.approval_id, verdict="deny", by=by, reason=reason)
        await at.decide(answer)
        print(f"Denied by {by}.")
