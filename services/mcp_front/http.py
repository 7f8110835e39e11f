"""Serves the MCP endpoint over Streamable HTTP, inside an event loop that somebody else owns."""

import asyncio
import errno
import socket
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from ipaddress import ip_address
from typing import Final

import msgspec
import uvicorn
from mcp.server.lowlevel import Server
from mcp.server.transport_security import TransportSecuritySettings
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from services.mcp_front.gate import Gate
from services.mcp_front.only_messages import OnlyMessages
from services.mcp_front.ports import Credentials

PATH: Final = "/mcp"
GRACE_S: Final = 3  # a call that is cut off here goes on in the log, and wait_command finds it


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """Where to listen, and which Host and Origin headers to believe. Port 0 is any free one."""

    host: str = "127.0.0.1"
    port: int = 3456
    allowed_hosts: tuple[str, ...] = ()
    allowed_origins: tuple[str, ...] = ()
    certificate: str = ""
    certificate_key: str = ""


class CannotListen(Exception):
    """The endpoint cannot be opened as it is configured."""


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
    with _listening(endpoint) as listener:
        server = _Embedded(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=GRACE_S,
                ssl_certfile=endpoint.certificate or None,
                ssl_keyfile=endpoint.certificate_key or None,
            )
        )
        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(server.serve(sockets=[listener]))
            await server.listening(task)
            try:
                yield _url(endpoint, listener.getsockname()[1])
            finally:
                server.should_exit = True
                await asyncio.wait({task}, timeout=GRACE_S + 2)


class _Embedded(uvicorn.Server):
    """Leaves the process's signals alone: they belong to whoever started the loop."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield

    async def listening(self, task: asyncio.Task[None]) -> None:
        """Wait until requests are answered."""
        while not self.started:
            if task.done():
                raise CannotListen("The MCP endpoint stopped while it was starting.")
            await asyncio.sleep(0.01)


@contextmanager
def _listening(endpoint: Endpoint) -> Generator[socket.socket]:
    # Bound here because uvicorn answers a taken port by ending the process.
    family = socket.AF_INET6 if ":" in endpoint.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((endpoint.host, endpoint.port))
        except OSError as error:
            raise _cannot_bind(endpoint, error) from error
        yield listener


def _cannot_bind(endpoint: Endpoint, error: OSError) -> CannotListen:
    where = f"{endpoint.host}:{endpoint.port}"
    if error.errno == errno.EADDRINUSE:
        return CannotListen(
            f"{where} is in use by another program, perhaps by another enhanced-iterm-mcp. "
            "Stop it, or set server.port (EIM_SERVER_PORT) to another one."
        )
    return CannotListen(f"Cannot listen on {where}: {error.strerror}.")


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
