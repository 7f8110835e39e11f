"""The server: a socket below a home folder, and the world behind it."""

import asyncio
import os
import socket
import struct
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from websockets.asyncio.server import ServerConnection, unix_serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from tests.iterm2_server.app import App
from tests.iterm2_server.applescript import AppleScript, answering
from tests.iterm2_server.client import Client
from tests.iterm2_server.cookies import Jar
from tests.iterm2_server.desk import Desk
from tests.iterm2_server.handshake import SUBPROTOCOL, Refused, Visitor, read
from tests.iterm2_server.home import Place
from tests.iterm2_server.human import Human
from tests.iterm2_server.journal import Journal
from tests.iterm2_server.profiles import Profiles
from tests.iterm2_server.shell import Person
from tests.iterm2_server.turns import Turns
from tests.iterm2_server.world import World

HANDSHAKE_SECONDS = 30
BACKLOG = 5
VERSION_HEADER = "X-iTerm2-Protocol-Version"


@dataclass
class Options:
    """What may differ from one iTerm2 to another."""

    protocol: tuple[int, int] = (1, 17)
    suite: str = "iTerm2"
    shell: str = "/bin/bash"
    integration: bool = True  # the person has installed shell integration
    undo_seconds: float | None = None  # how long a close can be undone, if not as in the profile
    windows: int = 1  # open at the start
    enabled: bool = True  # the Python API; without it there is no socket


@dataclass
class Server:
    """A running server."""

    place: Place
    world: World
    script: AppleScript
    jar: Jar
    journal: Journal
    clients: list[Client] = field(default_factory=list[Client])
    failures: list[Exception] = field(default_factory=list[Exception])  # of this server itself
    _sockets: set[ServerConnection] = field(default_factory=set[ServerConnection])
    _visitors: dict[ServerConnection, Visitor] = field(
        default_factory=dict[ServerConnection, Visitor]
    )

    @property
    def app(self) -> App:
        return self.world.app

    @property
    def human(self) -> Human:
        return self.world.human

    def environment(self) -> Mapping[str, str]:
        """Say what a client needs to be let in once."""
        return {"HOME": str(self.place.home), "ITERM2_COOKIE": self.jar.mint()}

    def cut(self) -> None:
        """Drop every connection without a word."""
        for one in list(self._sockets):
            one.transport.abort()

    async def admit(self, connection: ServerConnection, request: Request) -> Response | None:
        try:
            visitor = read(request.path, request.headers)
        except Refused as refused:
            return _refusal(refused)
        if not _same_user(connection) or not await self._welcome(visitor):
            return _refusal(Refused(401, "Unauthorized"))
        self._visitors[connection] = visitor
        return None

    async def _welcome(self, visitor: Visitor) -> bool:
        if self.jar.take(visitor.cookie) or self.place.allows_all():
            return True
        return visitor.may_be_asked and await self.human.asked()

    def greet(self, _connection: ServerConnection, _request: Request, response: Response) -> None:
        response.headers[VERSION_HEADER] = ".".join(map(str, self.world.protocol))

    async def serve(self, connection: ServerConnection) -> None:
        visitor = self._visitors.pop(connection)
        client = Client(self.world, connection, visitor, self.journal.record)
        self.clients.append(client)
        self._sockets.add(connection)
        try:
            await client.serve()
        except* Exception as group:
            self.failures.extend(group.exceptions)
            raise
        finally:
            self.clients.remove(client)
            self._sockets.discard(connection)


def _refusal(refused: Refused) -> Response:
    return Response(refused.status, refused.reason, Headers({"Connection": "close"}), b"")


def _same_user(connection: ServerConnection) -> bool:
    peer = connection.transport.get_extra_info("socket")
    if not hasattr(socket, "SO_PEERCRED"):
        return True  # the folder is for the user alone
    credentials = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return struct.unpack("3i", credentials)[1] == os.geteuid()


def _world(home: Path, options: Options, tasks: asyncio.TaskGroup) -> World:
    app, profiles = App(), Profiles()
    profiles.add("Default")
    person = Person(home, options.shell, options.integration)
    desk = Desk(app, person, profiles, tasks, undo_seconds=options.undo_seconds)
    desk.thawed.set()
    turns = Turns(app, desk.thawed)
    return World(options.protocol, app, desk, turns, Human(app, desk), profiles)


@asynccontextmanager
async def iterm2_server(
    home: Path, options: Options | None = None, journal: Journal | None = None
) -> AsyncGenerator[Server]:
    """Be the iTerm2 of the user whose home folder this is."""
    options = options or Options()
    place, jar = Place(home, options.suite), Jar()
    async with asyncio.TaskGroup() as tasks:
        world = _world(home, options, tasks)
        script = AppleScript(jar, world.human, enabled=options.enabled)
        server = Server(place, world, script, jar, journal or Journal())
        try:
            api = listening(server) if options.enabled else nullcontext()
            async with answering(script, home), api:
                for _ in range(options.windows):
                    world.desk.open_window(world.profiles.copy("", {}) or {})
                world.desk.watch()
                yield server
        finally:
            world.turns.end()
            await world.desk.stop()
        if server.failures:
            raise ExceptionGroup("the test server failed", server.failures)


@asynccontextmanager
async def listening(server: Server) -> AsyncGenerator[None]:
    """Accept connections; the API is on."""
    with server.place.held() as path:
        async with unix_serve(
            server.serve,
            str(path),
            subprotocols=[Subprotocol(SUBPROTOCOL)],
            compression=None,
            process_request=server.admit,
            process_response=server.greet,
            open_timeout=HANDSHAKE_SECONDS,
            ping_interval=None,
            max_size=None,
            server_header=None,
            backlog=BACKLOG,
        ):
            path.chmod(0o600)
            yield
            server.cut()
    server.place.socket.unlink(missing_ok=True)
