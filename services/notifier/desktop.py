"""A notification on the desktop of a Mac. It has no buttons: a click is no proof of who clicked."""

import asyncio
import logging
from typing import Final

from services.contract.approval import OpenApproval
from services.notifier.message import Settled
from services.words.visible import one_line

logger = logging.getLogger(__name__)
PATIENCE: Final = 10.0
SCRIPT: Final = (
    "on run argv",
    "display notification (item 1 of argv) with title (item 2 of argv)",
    "end run",
)
"""The text reaches AppleScript as its arguments, so that nothing in it can be script."""
LONGEST: Final = 120


def command(asked: OpenApproval) -> list[str]:
    """Return what shows the notification: who waits for what kind of thing, not the command."""
    summary = one_line(asked.decision.summary, LONGEST)
    text = f"Waiting for you ({asked.decision.tier}): {summary}. Run: eim approvals --watch"
    lines = [word for line in SCRIPT for word in ("-e", line)]
    return ["/usr/bin/osascript", *lines, text, one_line(f"Terminal: {asked.principal}", LONGEST)]


class Desktop:
    """Shows questions to whoever sits at this Mac."""

    async def began(self, still_open: frozenset[str]) -> None:
        """Nothing was shown before."""

    async def asked(self, question: OpenApproval) -> None:
        """Show a notification; it does no harm where it cannot be shown."""
        try:
            process = await asyncio.create_subprocess_exec(
                *command(question), stdin=asyncio.subprocess.DEVNULL
            )
            async with asyncio.timeout(PATIENCE):
                if code := await process.wait():
                    logger.warning("osascript ended with %d: nothing was shown", code)
        except (OSError, TimeoutError) as error:
            logger.warning("no notification was shown: %s", error or "osascript takes too long")

    async def settled(self, event: Settled) -> None:
        """Leave it: the notification centre clears itself."""
