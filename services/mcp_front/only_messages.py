"""Answers an HTTP request whose body is no message before the protocol sees it."""

from typing import Final

import msgspec
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.mcp_front.messages import fault

LOOKED_AT: Final = 4 * 1024 * 1024
"""Bytes; the protocol itself refuses a longer body, with 413."""


class OnlyMessages:
    """An ASGI middleware in front of the MCP endpoint."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or lifespan."""
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        events = await _received(receive)
        body = b"".join(event.get("body", b"") for event in events)
        whole = not events[-1].get("more_body", False)
        if whole and (wrong := fault(body)):
            answer = Response(msgspec.json.encode(wrong), 400, media_type="application/json")
            await answer(scope, receive, send)
            return
        await self._app(scope, _again(events, receive), send)


async def _received(receive: Receive) -> list[Message]:
    """Receive the body, or as much as is looked at."""
    events: list[Message] = []
    size, more = 0, True
    while more and size <= LOOKED_AT:
        events.append(event := await receive())
        size += len(event.get("body", b""))
        more = event.get("more_body", False)
    return events


def _again(events: list[Message], receive: Receive) -> Receive:
    """Return what receives the same once more, and then what follows."""
    kept = iter(events)

    async def received() -> Message:
        event = next(kept, None)
        return await receive() if event is None else event

    return received
