"""How the parts of a running stack are, asked from outside."""

import asyncio
import urllib.error
import urllib.request
from http.client import HTTPResponse
from typing import Final

import msgspec

from events.sessions import SessionOpened
from services.cli import here
from services.cli.keyboards import controls
from services.cli.reading import extent
from services.cli.record import running_stack
from services.cli.sessions import open_sessions
from services.contract.approval import (
    APPROVALS,
    IN_FORCE,
    REVIEWER,
    InForce,
    WhichApprovals,
    WhichPolicy,
)
from services.contract.terminal import Controlled
from services.mcp_front.run import NAME as FRONT
from services.runtime.broker import address
from services.runtime.connection import BrokerError, BrokerUnreachable, Client
from services.runtime.log import Log, LogUnavailable
from services.runtime.nats_server import BrokerUnavailable
from services.runtime.room import LIMIT
from services.runtime.rpc import Unanswered, ask
from services.runtime.station import VERSION, Station

ANSWERING: Final = ("session_driver", "safety_reviewer")
"""The services that answer on the broker; the front answers over HTTP."""


class LogHealth(msgspec.Struct, frozen=True):
    """How many events the log holds and how full it is; from `LIMIT` on it takes no new call."""

    events: int
    bytes: int
    max_bytes: int

    @property
    def share(self) -> float:
        """The part that is used, from 0 to 1."""
        return self.bytes / self.max_bytes if self.max_bytes > 0 else 0.0


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """What was found; `broker` is empty, and the rest unknown, where the broker is away."""

    home: str
    version: str = VERSION
    pid: int = 0
    stack_version: str = ""
    url: str = ""
    health_url: str = ""
    not_ready: dict[str, str] = msgspec.field(default_factory=dict[str, str])
    problem: str = ""
    broker: str = ""
    broker_version: str = ""
    services: dict[str, bool] = msgspec.field(default_factory=dict[str, bool])
    sessions: tuple[SessionOpened, ...] = ()
    control: dict[str, Controlled] = msgspec.field(default_factory=dict[str, Controlled])
    approvals: int = 0
    policy: InForce | None = None
    log: LogHealth | None = None

    @property
    def well(self) -> bool:
        """Tell whether everything answers and the log takes calls."""
        answers = all(self.services.values()) and not self.not_ready
        return self.log is not None and self.log.share < LIMIT and answers


class _Told(msgspec.Struct):
    """The body of the answer."""

    wrong: dict[str, str]


async def look(station: Station) -> Health:
    """Ask every part how it is."""
    running = running_stack(station.home)
    health_url = running.health if running else ""
    found = Health(
        home=str(station.home.root),
        pid=running.pid if running else 0,
        stack_version=running.version if running else "",
        url=running.url if running else "",
        health_url=health_url,
        not_ready=await asyncio.to_thread(not_ready, health_url) if health_url else {},
    )
    try:
        async with here.log(station) as log, here.log(station, "inspector") as inspector:
            return await _ask_all(station, found, (log, inspector.client))
    except (BrokerUnavailable, BrokerUnreachable, LogUnavailable) as error:
        return msgspec.structs.replace(found, problem=str(error))


async def _ask_all(station: Station, found: Health, asked: tuple[Log, Client]) -> Health:
    log, inspector = asked
    size = await extent(log)
    alive = [await answers(inspector, name) for name in ANSWERING]
    front = await asyncio.to_thread(_front_answers, found.url or _configured(station))
    return msgspec.structs.replace(
        found,
        broker=address(station.home, station.config).url,
        broker_version=_version(log.client),
        services={**dict(zip(ANSWERING, alive, strict=True)), FRONT: front},
        sessions=tuple((await open_sessions(log)).values()),
        control=await controls(station, log),
        approvals=await _waiting(log),
        policy=await _policy(log),
        log=LogHealth(size.state.messages, size.state.bytes, size.config.max_bytes),
    )


def _version(client: Client) -> str:
    version = client.connected_server_version
    return f"{version.major}.{version.minor}.{version.patch}"


async def _waiting(log: Log) -> int:
    try:
        return (await ask(log.client, REVIEWER, APPROVALS, WhichApprovals())).total
    except Unanswered:
        return 0


async def _policy(log: Log) -> InForce | None:
    try:
        return await ask(log.client, REVIEWER, IN_FORCE, WhichPolicy())
    except Unanswered:
        return None


async def answers(inspector: Client, service: str) -> bool:
    """Ask the way `nats service ping` does."""
    try:
        await inspector.request(f"$SRV.PING.{service}", timeout=1)
    except BrokerError:
        return False
    return True


def not_ready(health_url: str) -> dict[str, str]:
    """Return what a stack says it lacks to take calls, by its part."""
    try:
        with _direct(health_url, timeout=3):
            return {}
    except urllib.error.HTTPError as told:
        return msgspec.json.decode(told.read(), type=_Told).wrong
    except OSError as error:
        return {"health": f"does not answer: {error}"}


def _configured(station: Station) -> str:
    server = station.config.server
    return f"{'https' if server.tls_certificate else 'http'}://{server.host}:{server.port}/mcp"


def _front_answers(url: str) -> bool:
    health = url.removesuffix("/mcp") + "/health"
    try:
        with _direct(health, timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


def _direct(url: str, timeout: float) -> HTTPResponse:
    """Ask our own address; a proxy that this user has for other sites cannot know it."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    return opener.open(url, timeout=timeout)
