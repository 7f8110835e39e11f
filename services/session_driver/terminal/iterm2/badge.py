"""A badge on a pane that is recorded, so that a person sees which of theirs are."""

import logging
from collections.abc import Callable
from typing import Final

from services.session_driver.terminal.host import NoSuchPane
from services.session_driver.terminal.iterm2.api_session import ApiSession
from services.session_driver.terminal.iterm2.notes import Kept
from services.session_driver.terminal.iterm2.trouble import ITerm2Trouble

logger = logging.getLogger(__name__)
OURS: Final = "eim"


class Badge:
    """Stands below the person's own badge. A badge is no reason not to adopt, or not to let go."""

    def __init__(self, api: ApiSession, kept: Kept, store: Callable[[], None]) -> None:
        self._api = api
        self._kept = kept
        self._store = store

    async def put_on(self) -> None:
        """Show it, after what there was is kept for a later driver."""
        try:
            self._kept.badge = await self._api.badge_text()
            self._store()
            await self._api.badge(_with_ours(self._kept.badge))
        except (ITerm2Trouble, NoSuchPane) as trouble:
            logger.warning("session %s bears no badge: %s", self._api.id, trouble)

    async def take_off(self) -> None:
        """Show again what there was, unless the person has changed it meanwhile."""
        before = self._kept.badge
        if before is None:
            return
        try:
            if await self._api.badge_text() == _with_ours(before):
                await self._api.badge(before)
        except NoSuchPane:
            return  # it went with its pane
        except ITerm2Trouble as trouble:
            logger.warning("session %s keeps our badge: %s", self._api.id, trouble)


def _with_ours(text: str) -> str:
    return f"{text}\n{OURS}" if text else OURS
