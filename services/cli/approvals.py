"""`eim approvals`: lists what waits for a person."""

import asyncio

import msgspec

from services.cli.desk import desk
from services.cli.question import shown
from services.cli.visible import json_line


def approvals(*, json: bool = False) -> int:
    """List what waits for a person.

    Parameters
    ----------
    json
        One JSON object for each, for programs.
    """
    asyncio.run(_list(json=json))
    return 0


async def _list(*, json: bool) -> None:
    async with desk() as at:
        questions = await at.open()
    if json:
        for question in questions:
            print(json_line(msgspec.json.encode(question)))
        return
    for question in questions:
        print(shown(question), end="\n\n")
    if questions:
        print("Decide with: eim approve ID, or eim deny ID (the first letters of the id do).")
    else:
        print("Nothing waits for a decision.")
