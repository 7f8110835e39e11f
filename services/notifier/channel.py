"""The channel in Slack: questions are posted there, and edited once they are settled."""

import asyncio
import logging
from functools import partial
from typing import Final

from slack_sdk.errors import SlackClientError
from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
)
from slack_sdk.web import WebClient

from services.contract.approval import OpenApproval
from services.notifier.message import MEANWHILE, Message, Settled, about, escaped, settled
from services.notifier.posts import Posts
from services.runtime.settings import Notifications

logger = logging.getLogger(__name__)
PATIENCE_S: Final = 10
PLAIN: Final = {"unfurl_links": False, "unfurl_media": False, "parse": "none"}
UNREACHED: Final = (SlackClientError, OSError)
"""What the client raises where Slack refuses, or is not there."""


class Channel:
    """Posts for one bot into one channel. The client is synchronous: each call has a thread."""

    def __init__(self, settings: Notifications, posts: Posts) -> None:
        self._channel = settings.slack_channel
        self._posts = posts
        self._client = WebClient(
            settings.slack_token,
            base_url=settings.slack_url,
            timeout=PATIENCE_S,
            retry_handlers=[ConnectionErrorRetryHandler(), RateLimitErrorRetryHandler()],
        )

    async def asked(self, question: OpenApproval) -> None:
        """Post a question, once."""
        if self._posts.of(question.approval_id):
            return
        message = about(question)
        if posted := await self._call("chat.postMessage", **_shown(message), **PLAIN):
            self._posts.add(question.approval_id, posted)

    async def began(self, still_open: frozenset[str]) -> None:
        """Take the buttons of what was settled while nobody told us."""
        for approval_id in self._posts.others(still_open):
            await self._edit(approval_id, MEANWHILE)

    async def settled(self, event: Settled) -> None:
        """Say in the message what became of its question, and take its buttons away."""
        await self._edit(event.approval_id, settled(event))

    async def tell(self, user: str, text: str) -> None:
        """Tell one person something that only they see."""
        await self._call("chat.postEphemeral", user=user, text=escaped(text))

    async def _edit(self, approval_id: str, message: Message) -> None:
        posted = self._posts.of(approval_id)
        if posted and await self._call("chat.update", ts=posted, **_shown(message)):
            self._posts.forget(approval_id)

    async def _call(self, method: str, **fields: object) -> str:
        """Call Slack; return which message it was, empty where Slack refuses or is not there."""
        said = {"channel": self._channel, **fields}
        call = partial(self._client.api_call, method, json=said)  # pyright: ignore[reportUnknownMemberType] - its options
        try:
            answer = await asyncio.to_thread(call)
        except UNREACHED as error:
            logger.warning("%s: Slack was not reached, or refused: %s", method, error)
            return ""
        return str(answer.get("ts", ""))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType] - JSON


def _shown(message: Message) -> dict[str, object]:
    return {"text": message.text, "blocks": message.blocks}
