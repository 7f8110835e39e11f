"""Lets an HTTP request through to the MCP endpoint only if its key is known."""

from typing import Final

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from services.mcp_front.identity import CALLER
from services.mcp_front.ports import Caller, Credentials

_HELP: Final = (
    "Send the header 'Authorization: Bearer KEY'. `eim connect NAME` makes a key and writes it "
    "into the configuration of a client."
)


class Gate:
    """An ASGI middleware that says who calls, or answers 401. Without keys everyone is local."""

    def __init__(self, app: ASGIApp, credentials: Credentials | None) -> None:
        self._app = app
        self._credentials = credentials

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or lifespan."""
        if scope["type"] != "http" or scope["path"] == "/health":
            await self._app(scope, receive, send)
            return
        caller = self._caller(Headers(scope=scope))
        if caller is None:
            await _unauthorized(scope, receive, send)
            return
        await self._app({**scope, CALLER: caller}, receive, send)

    def _caller(self, headers: Headers) -> Caller | None:
        if self._credentials is None:
            return Caller(principal="local")
        kind, _, key = headers.get("authorization", "").partition(" ")
        principal = (
            self._credentials.principal_of(key.strip()) if kind.lower() == "bearer" else None
        )
        if principal is None:
            return None
        return Caller(principal=principal, scopes=self._credentials.scopes_of(principal))


async def _unauthorized(scope: Scope, receive: Receive, send: Send) -> None:
    given = "authorization" in Headers(scope=scope)
    problem = "This key is not known, or it was taken back." if given else "There is no key."
    challenge = 'Bearer realm="enhanced-iterm-mcp"' + (', error="invalid_token"' if given else "")
    response = JSONResponse(
        {"error": "unauthorized", "message": problem, "next_step": _HELP},
        status_code=401,
        headers={"WWW-Authenticate": challenge},
    )
    await response(scope, receive, send)
