"""`eim take`: a person takes control of a session."""

import asyncio

from services.cli.keyboards import changed
from services.contract.terminal import TAKE


def take(session: str, /) -> int:
    """Take control of a session.

    Parameters
    ----------
    session
        Its id, the beginning of that, or its name.
    """
    now = asyncio.run(changed(TAKE, session))
    print(f"{now.by} has control of {now.session_id}. Nothing an assistant asks for is typed.")
    print(f"Work in it with: eim attach {now.session_id}. Give it back with: eim return", end=" ")
    print(now.session_id)
    return 0
