"""`eim approvals`: lists what waits for a person, or shows it as it comes."""

import asyncio
import sys

import msgspec

from services.cli.desk import Desk, desk
from services.cli.own_keys import Own, found
from services.cli.refused import Refused
from services.words.question import shown
from services.words.visible import json_line


def approvals(*, json: bool = False, watch: bool = False, key: str = "") -> int:
    """List what waits for a person.

    Parameters
    ----------
    json
        One JSON object for each, for programs.
    watch
        A page that shows what comes, and on which it is decided. Your passphrase is asked for once.
    key
        Sign with this key file on the page.
    """
    asyncio.run(_watch(key) if watch else _list(json=json))
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


async def _watch(key: str) -> None:
    from services.cli.watching.run import Watch

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Refused("the page needs a terminal; `eim approvals --json` is for programs")
    async with desk() as at:
        await Watch(at, await _own(at, key)).run()


async def _own(at: Desk, key: str) -> Own | None:
    """Return what signs on the page; without a key, only what needs no signature is approved."""
    known = await at.approvers()
    try:
        found(at.station.home.approvers, known.names, key)
    except Refused:
        if key:
            raise
        return None
    return await at.unlocked(key)
