"""The reviewer's desk as a person at this machine reaches it."""

import asyncio
import os
import pwd
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from services.cli import here
from services.cli.guard import refuse_managed_terminal
from services.cli.own_keys import Own, found, unlock
from services.cli.refused import Refused
from services.cli.wording import typed
from services.contract.approval import (
    APPROVALS,
    APPROVERS,
    DECIDE_BY_CLI,
    ENROL,
    REVIEWER,
    Decide,
    Enrol,
    KnownApprovers,
    OpenApproval,
    Settled,
    WhichApprovals,
    WhichApprovers,
)
from services.policy.digest import clearance_digest
from services.runtime.log import Log
from services.runtime.rpc import ask
from services.runtime.station import Station
from services.words.visible import one_line

PREFIX = "ap"


@asynccontextmanager
async def desk() -> AsyncGenerator["Desk"]:
    """Come to the desk. Raises Refused inside a terminal of the driver, BrokerUnavailable."""
    station = here.station()
    async with here.log(station) as log:
        await refuse_managed_terminal(station, log)
        yield Desk(log, station)


class Desk:
    """Shows what is asked and takes decisions."""

    def __init__(self, log: Log, station: Station) -> None:
        self._log = log
        self.station = station

    async def open(self) -> tuple[OpenApproval, ...]:
        """Return the open questions, oldest first. Raises Unanswered."""
        found = page = await self.oldest()
        while page:
            page = await self.oldest(found[-1].sequence)
            found += page
        return found

    async def oldest(self, after: int = 0) -> tuple[OpenApproval, ...]:
        """Return as many of the open questions as one answer holds. Raises Unanswered."""
        which = WhichApprovals(after=after)
        return (await ask(self._log.client, REVIEWER, APPROVALS, which, 5)).approvals

    async def find(self, beginning: str) -> OpenApproval:
        """Return the one question whose id begins like this. Raises Refused."""
        wanted = beginning.removeprefix(PREFIX)
        questions = await self.open()
        found = [each for each in questions if each.approval_id.startswith(PREFIX + wanted)]
        if not found:
            raise Refused(
                f"no open approval {beginning!r}: it was decided, it expired, or it never was."
                " `eim approvals` lists the open ones"
            )
        if len(found) > 1 or not wanted:
            raise Refused(_several(beginning, found))
        return found[0]

    async def approvers(self) -> KnownApprovers:
        """Return whose keys count. Raises Unanswered."""
        return await ask(self._log.client, REVIEWER, APPROVERS, WhichApprovers(), 5)

    async def enrol(self, change: Enrol) -> Settled:
        """Change whose keys count. Raises Declined, Unanswered."""
        return await ask(self._log.client, REVIEWER, ENROL, change, 10)

    async def unlocked(self, chosen: str = "") -> Own:
        """Return what signs with a key of the person's. Raises Refused."""
        known = await self.approvers()
        secret, key = found(self.station.home.approvers, known.names, chosen)
        return await asyncio.to_thread(unlock, secret, key)

    def check(self, question: OpenApproval) -> None:
        """Raise Refused where the digest to agree to is not that of what is shown."""
        version = question.decision.policy_version
        of_shown = clearance_digest(
            self.station.digest_key, question.action, question.context, version
        )
        if of_shown != question.digest:
            raise Refused("what is asked is not what is shown: deny it, and look at `eim doctor`")

    async def decide(self, answer: Decide) -> Settled:
        """Record a decision. Raises Declined, Unanswered."""
        return await ask(self._log.client, REVIEWER, DECIDE_BY_CLI, answer, 10)


def _several(beginning: str, found: Sequence[OpenApproval]) -> str:
    fits = "1 open approval" if len(found) == 1 else f"{len(found)} open approvals"
    lines = [f"  {one_line(each.approval_id)}  {typed(each.action)}" for each in found]
    return "\n".join([f"{beginning!r} fits {fits}; give more of the id:", *lines])


def myself() -> str:
    """Return who decides: the user whom the system knows, whatever the environment says."""
    try:
        return f"cli:{pwd.getpwuid(os.getuid()).pw_name}"
    except KeyError:
        return f"cli:{os.getuid()}"
