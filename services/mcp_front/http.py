"""Serves the MCP endpoint over Streamable HTTP, inside an event loop that somebody else owns."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from ipaddress import ip_address
from typing import Final

import msgspec
from mcp.server.lowlevel import Server
from mcp.server.transport_security import TransportSecuritySettings
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from services.mcp_front.gate import Gate
from services.mcp_front.only_messages import OnlyMessages
from services.mcp_front.ports import Credentials
from services.runtime.web import Address, CannotListen, Certificate, listening

PATH: Final = "/mcp"


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """Where to listen, and which Host and Origin headers to believe. Port 0 is any free one."""

    host: str = "127.0.0.1"
    port: int = 3456
    allowed_hosts: tuple[str, ...] = ()
    allowed_origins: tuple[str, ...] = ()
    certificate: str = ""
    certificate_key: str = ""


def build_app(server: Server, endpoint: Endpoint, credentials: Credentials | None) -> ASGIApp:
    """Build the application: /mcp for clients with a key, /health for anyone."""
    _refuse_open_doors(endpoint, credentials)
    app = server.streamable_http_app(
        streamable_http_path=PATH,
        json_response=True,
        stateless_http=True,
        transport_security=_believed(endpoint),
        custom_starlette_routes=[Route("/health", _health(server.version))],
    )
    return Gate(OnlyMessages(app), credentials)


@asynccontextmanager
async def serving(app: ASGIApp, endpoint: Endpoint) -> AsyncGenerator[str]:
    """Listen while the block runs; gives the URL of the MCP endpoint."""
    at = Address(endpoint.host, endpoint.port, "server.port (EIM_SERVER_PORT)")
    certificate = Certificate(endpoint.certificate, endpoint.certificate_key)
    async with listening(app, at, certificate) as port:
        yield _url(endpoint, port)


def _refuse_open_doors(endpoint: Endpoint, credentials: Credentials | None) -> None:
    if _is_loopback(endpoint.host):
        return
    missing = [
        name
        for name, given in (
            ("keys of clients", credentials is not None),
            ("a TLS certificate", bool(endpoint.certificate)),
            ("allowed hosts", bool(endpoint.allowed_hosts)),
        )
        if not given
    ]
    if missing:
        raise CannotListen(f"{endpoint.host} is open to other machines; {missing} are needed.")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _believed(endpoint: Endpoint) -> TransportSecuritySettings:
    local = ("127.0.0.1:*", "localhost:*", "[::1]:*") if _is_loopback(endpoint.host) else ()
    return TransportSecuritySettings(
        enable_dns_rebinding_protection=True,
        allowed_hosts=[*local, *endpoint.allowed_hosts, *_with_any_port(endpoint.allowed_hosts)],
        allowed_origins=[*(f"http://{host}" for host in local), *endpoint.allowed_origins],
    )


def _with_any_port(hosts: tuple[str, ...]) -> list[str]:
    # Clients send the port in Host; people write names without it.
    return [f"{host}:*" for host in hosts if ":" not in host]


def _health(version: str):  # noqa: ANN202 - Starlette names no type for an endpoint
    async def health(_: Request) -> JSONResponse:
        return JSONResponse({"status": "ok", "version": version})

    return health


def _url(endpoint: Endpoint, port: int) -> str:
    host = f"[{endpoint.host}]" if ":" in endpoint.host else endpoint.host
    return f"{'https' if endpoint.certificate else 'http'}://{host}:{port}{PATH}"
