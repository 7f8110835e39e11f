"""Tells clients that a resource is another one than they last read, a few times a second at most.

Since 2026-07-28 a client listens with one request whose answer is a stream; before that it
subscribes to one address after the other, which needs a connection that lasts: standard input
and output, not our HTTP.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from mcp import MCPError
from mcp.server.subscriptions import (
    InMemorySubscriptionBus,
    ListenHandler,
    ResourcesListChanged,
    ResourceUpdated,
    SubscriptionBus,
)
from mcp.types import (
    INVALID_PARAMS,
    EmptyResult,
    SubscribeRequestParams,
    SubscriptionFilter,
    SubscriptionsListenRequestParams,
    SubscriptionsListenResult,
    UnsubscribeRequestParams,
)

from services.mcp_front.identity import Identify, Request
from services.mcp_front.places import place_of
from services.mcp_front.ports import Caller, Front
from services.mcp_front.refusals import Refusal
from services.mcp_front.resources import SCOPE
from services.runtime.background import Background, background

PAUSE: Final = 0.5
"""Seconds between two notices about one resource."""
AGAIN: Final = 1.0
"""Seconds between two attempts while the driver or the log does not answer, and between two looks
at which sessions are open."""
MOST: Final = 50
"""Resources that one client follows at once."""

GONE: Final = {"unknown_session", "unknown_command", "session_closed"}

type Tell = Callable[[], Awaitable[None]]


class Changes:
    """Follows resources for whoever subscribes to them; `tasks` are those of a lasting client."""

    def __init__(self, front: Front, identify: Identify, tasks: Background | None = None) -> None:
        self._front = front
        self._identify = identify
        self._tasks = tasks
        self._subscribed: dict[str, asyncio.Event] = {}

    async def listen(
        self, request: Request, params: SubscriptionsListenRequestParams
    ) -> SubscriptionsListenResult:
        """Send notices until the client leaves; an address of somebody else is not followed."""
        caller, wanted = self._identify(request), params.notifications
        uris = [u for u in wanted.resource_subscriptions or () if self._may(caller, u)][:MOST]
        honored = SubscriptionFilter(
            resource_subscriptions=uris, resources_list_changed=wanted.resources_list_changed
        )
        bus = InMemorySubscriptionBus()
        async with background() as tasks:
            for uri in uris:
                tell = partial(bus.publish, ResourceUpdated(uri=uri))
                tasks.start(self._follow(caller, uri, tell, asyncio.Event()))
            if wanted.resources_list_changed:
                tasks.start(self._follow_list(caller, bus))
            asked = params.model_copy(update={"notifications": honored})
            return await ListenHandler(bus)(request, asked)

    async def subscribe(self, request: Request, params: SubscribeRequestParams) -> EmptyResult:
        """Send notices about one resource from now on. Raises MCPError."""
        caller, uri = self._identify(request), str(params.uri)
        if self._tasks is None or not self._may(caller, uri):
            raise _refused(uri, "It does not exist, or changes no more.")
        if len(self._subscribed) >= MOST:
            raise _refused(uri, f"{MOST} resources are followed already; unsubscribe from one.")
        if uri not in self._subscribed:
            ended = self._subscribed[uri] = asyncio.Event()
            tell = partial(request.session.send_resource_updated, uri)
            self._tasks.start(self._until_over(caller, uri, tell, ended))
        return EmptyResult()

    async def unsubscribe(self, _: Request, params: UnsubscribeRequestParams) -> EmptyResult:
        """Send no more notices about a resource."""
        if ended := self._subscribed.pop(str(params.uri), None):
            ended.set()
        return EmptyResult()

    def _may(self, caller: Caller, uri: str) -> bool:
        place = place_of(uri)
        return bool(place and SCOPE in caller.scopes and self._front.follows(caller, place.watched))

    async def _until_over(self, caller: Caller, uri: str, tell: Tell, ended: asyncio.Event) -> None:
        await self._follow(caller, uri, tell, ended)
        if self._subscribed.get(uri) is ended:
            del self._subscribed[uri]

    async def _follow(self, caller: Caller, uri: str, tell: Tell, ended: asyncio.Event) -> None:
        place, offset = place_of(uri), -1
        while place and not ended.is_set():
            try:
                change = await self._front.change(caller, place.watched, offset)
            except Refusal as refusal:
                if refusal.code in GONE:
                    return
                await asyncio.sleep(AGAIN)
                continue
            offset = change.offset
            if change.changed and not ended.is_set():
                await tell()
                await asyncio.sleep(PAUSE)
            if change.over:
                return

    async def _follow_list(self, caller: Caller, bus: SubscriptionBus) -> None:
        seen = self._front.open_sessions(caller)
        while True:
            await asyncio.sleep(AGAIN)
            now = self._front.open_sessions(caller)
            if now != seen:
                await bus.publish(ResourcesListChanged())
            seen = now


def _refused(uri: str, why: str) -> MCPError:
    message = f"{uri} cannot be subscribed to. {why}"
    return MCPError(code=INVALID_PARAMS, message=message, data={"uri": uri})
