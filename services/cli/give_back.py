"""`eim return`: a person returns control of a session, or declines to take it."""

import asyncio

from services.cli.keyboards import changed
from services.contract.terminal import GIVE_BACK


def give_back(session: str, /) -> int:
    """Return control of a session to the assistant.

    Parameters
    ----------
    session
        Its id, the beginning of that, or its name.
    """
    before = asyncio.run(changed(GIVE_BACK, session))
    if before.by:
        print(f"The assistant has control of {before.session_id} again.")
    else:
        print(f"Declined: {before.asked_by} hears that nobody takes {before.session_id}.")
    return 0
