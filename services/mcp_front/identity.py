"""Who makes a request: the proven principal, and the client's own name for the display."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from mcp.server.context import ServerRequestContext
from starlette.requests import Request as HttpRequest

from services.mcp_front.ports import Caller

type Request = ServerRequestContext[dict[str, object], HttpRequest | None]
type Identify = Callable[[Request], Caller]

_TRACEPARENT: Final = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
CALLER: Final = "eim.caller"  # where the HTTP gate leaves the caller in the ASGI scope


def always(caller: Caller) -> Identify:
    """Identify every request as the one who started this process: for stdio."""
    return lambda request: with_client(caller, request)


def by_key(request: Request) -> Caller:
    """Identify a request by what the HTTP gate found its key to be."""
    if request.request is None:
        raise LookupError("a request without HTTP has no key")
    caller: Caller = request.request.scope[CALLER]
    return with_client(caller, request)


def with_client(caller: Caller, request: Request) -> Caller:
    """Add what the client calls itself, and the trace that this request belongs to."""
    params = request.session.client_params
    client = params.client_info.name if params else ""
    return Caller(
        principal=caller.principal,
        client=client[:64],
        scopes=caller.scopes,
        trace=trace_of(request.meta or {}, request.request),
    )


def trace_of(meta: Mapping[str, object], http: HttpRequest | None) -> str:
    """Return the traceparent of a request, from its `_meta` or its HTTP header; empty for none.

    One of another form is none (W3C Trace Context, section 3.2).
    """
    given = str(meta.get("traceparent") or (http.headers.get("traceparent") if http else ""))
    return given if _TRACEPARENT.fullmatch(given) else ""
