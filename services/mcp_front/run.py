"""Runs the front: over HTTP for many clients, or over standard input and output for one."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

from services.contract.terminal import tmux_socket_of
from services.mcp_front.credentials import ClientKeys
from services.mcp_front.front import LogFront
from services.mcp_front.http import Endpoint, build_app, serving
from services.mcp_front.identity import always, by_key
from services.mcp_front.journal import Journal, Limits
from services.mcp_front.ports import Caller
from services.mcp_front.recall import Recall
from services.mcp_front.server import build_server
from services.mcp_front.shells import search_path
from services.mcp_front.stdio import serve
from services.runtime.background import background
from services.runtime.config import user_environment
from services.runtime.settings import Server
from services.runtime.station import VERSION, Station

NAME = "mcp_front"


async def run(station: Station, ready: Callable[[str], None] = print) -> None:
    """Serve MCP over HTTP until the station stops; `ready` is told the URL."""
    settings = station.config.server
    keys = ClientKeys(station.home.root) if settings.authentication == "credential" else None
    async with opened(station, writes=True) as front:
        app = build_app(build_server(front, by_key, VERSION), _endpoint(settings), keys)
        async with serving(app, _endpoint(settings)) as url:
            ready(url)
            await station.stopping.wait()


async def run_stdio(station: Station, caller: Caller) -> None:
    """Serve MCP over standard input and output until the client closes them."""
    async with opened(station, writes=False) as front, background() as tasks:
        await serve(build_server(front, always(caller), VERSION, tasks))


@asynccontextmanager
async def opened(station: Station, *, writes: bool) -> AsyncGenerator[LogFront]:
    """Open a front on the log. Only the one that `writes` keeps the file of folds."""
    async with station.log(NAME) as log, background() as tasks:
        terminals = station.shared or station.reader(log, NAME, writes=writes)
        recall = Recall(log, station.folds(NAME, writes=False))
        front = LogFront(Journal(log, _limits(station), tasks), terminals, recall)
        with front.listening():
            if station.shared is None:
                tasks.start(terminals.run())
            await terminals.ready()
            await terminals.save()  # what a shared reader read before is found in its file
            yield front


def _limits(station: Station) -> Limits:
    safety, performance = station.config.safety, station.config.performance
    deadline = timedelta(seconds=safety.request_timeout)
    shells = search_path(user_environment())
    return Limits(
        key=station.digest_key,
        deadline=deadline,
        max_sessions=performance.max_sessions,
        shells=shells,
        backend=station.config.terminal.backend,
        tmux_socket=str(tmux_socket_of(station.home.run, station.config.clustering.node)),
        requests=performance.max_requests_per_minute,
        reads=performance.max_reads_per_minute,
    )


def _endpoint(settings: Server) -> Endpoint:
    return Endpoint(
        host=settings.host,
        port=settings.port,
        allowed_hosts=settings.allowed_hosts,
        certificate=settings.tls_certificate,
        certificate_key=settings.tls_key,
    )
