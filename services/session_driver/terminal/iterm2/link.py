"""The one connection of this process to iTerm2: supervised, made again, every question bounded."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from iterm2 import Connection, api_pb2, rpc
from iterm2.api_pb2 import Notification, ServerOriginatedMessage

from services.runtime.background import Background
from services.session_driver.terminal.iterm2.cookie import cookie_and_key
from services.session_driver.terminal.iterm2.place import Place
from services.session_driver.terminal.iterm2.trouble import (
    ApiOff,
    ConnectionLost,
    ITerm2Trouble,
    NoAnswer,
    NoConsent,
    NoSocket,
    Refused,
)
from services.session_driver.terminal.iterm2.wire import Wire, connected

logger = logging.getLogger(__name__)
DEADLINE = 5.0
"""Seconds for one answer; the first one also waits for the connection."""
HANDSHAKE = 5.0
AGAIN, LATER = 0.5, 30.0
"""Seconds between two attempts; the longer where a person has to do something first."""
EVERYWHERE: Final = (api_pb2.NOTIFY_ON_TERMINATE_SESSION, api_pb2.NOTIFY_ON_LAYOUT_CHANGE)

type Request = Callable[[Connection], Awaitable[ServerOriginatedMessage]]
type Taker = Callable[[Notification | None], None]


class Link:
    """Asks iTerm2, and hands its notices to who watches a session.

    The package keeps its handlers and its objects in globals that outlive a connection. None of
    these is used: there is one taker for each session here, so nothing can be heard twice.
    """

    def __init__(self, place: Place, tasks: Background, deadline: float = DEADLINE) -> None:
        self.place = place
        self._tasks = tasks
        self._deadline = deadline
        self._cookie = place.cookie
        self._attempt: asyncio.Future[Connection] | None = None
        self._wire: Wire | None = None
        self._watched: dict[str, Taker] = {}
        self._closed = False

    def watch(self, session_id: str, take: Taker) -> None:
        """Hand notices of a session over; None says that the connection was made anew."""
        self._watched[session_id] = take

    def unwatch(self, session_id: str) -> None:
        """Hear no more of a session."""
        self._watched.pop(session_id, None)

    async def ask(self, what: str, request: Request) -> ServerOriginatedMessage:
        """Ask once. Raises ITerm2Trouble."""
        try:
            async with asyncio.timeout(self._deadline):
                connection = await self._connection()
                answer = await self._answered(what, request(connection))
        except TimeoutError:
            raise NoAnswer(what, self._deadline) from None
        except rpc.RPCException as error:
            raise Refused(what, str(error)) from error
        return answer

    async def _answered(
        self, what: str, asking: Awaitable[ServerOriginatedMessage]
    ) -> ServerOriginatedMessage:
        """Wait for the answer, but not on a connection that fell: the package would, for ever."""
        wire = self._wire
        if wire is None:
            raise ConnectionLost(what)
        answer = asyncio.ensure_future(asking)
        try:
            await asyncio.wait({answer, wire.lost}, return_when=asyncio.FIRST_COMPLETED)
            if not answer.done():
                raise ConnectionLost(what)
            return answer.result()
        except OSError as error:
            raise ConnectionLost(what) from error
        finally:
            answer.cancel()

    async def _connection(self) -> Connection:
        if self._attempt is None:
            self._attempt = asyncio.get_running_loop().create_future()
            self._tasks.start(self._connect(self._attempt))
        return await asyncio.shield(self._attempt)

    async def _connect(self, attempt: asyncio.Future[Connection]) -> None:
        """Connect for everybody who waits, and stay until the connection falls."""
        connection = Connection()
        try:
            wire = await self._let_in()
            self._wire = wire
            connection.websocket = wire  # pyright: ignore[reportAttributeAccessIssue] # as far as the package uses it
            self._tasks.start(_read(connection))
            for kind in EVERYWHERE:
                await self._subscribe_everywhere(connection, kind)
        except (ITerm2Trouble, rpc.RPCException) as trouble:
            self._end()
            attempt.set_exception(trouble)
            attempt.exception()  # whoever waits no longer has heard of it in another way
            return
        attempt.set_result(connection)
        self._tell(None)
        try:
            await wire.lost
        finally:
            self._end()
        if not self._closed:
            logger.warning("the connection to iTerm2 fell")
            await self._again()

    async def _let_in(self) -> Wire:
        """Come in with the cookie at hand, else with a new one."""
        if not self.place.socket.exists():  # asking for a cookie would start iTerm2
            raise NoSocket(str(self.place.socket))
        given, self._cookie = self._cookie, ""
        try:
            async with asyncio.timeout(HANDSHAKE):
                return await connected(self.place, (given, ""), self._take)
        except NoConsent:
            pass  # a cookie is good for one connection only, or there was none
        except TimeoutError:
            raise NoAnswer("the connection", HANDSHAKE) from None
        cookie = await cookie_and_key(self.place)
        try:
            async with asyncio.timeout(HANDSHAKE):
                return await connected(self.place, cookie, self._take)
        except TimeoutError:
            raise NoAnswer("the connection", HANDSHAKE) from None

    async def _subscribe_everywhere(
        self, connection: Connection, kind: api_pb2.NotificationType.ValueType
    ) -> None:
        asking = rpc.async_notification_request(connection, True, kind, "all")
        try:
            async with asyncio.timeout(self._deadline):
                await self._answered("a subscription", asking)
        except TimeoutError:
            raise NoAnswer("a subscription", self._deadline) from None

    async def _again(self) -> None:
        """Connect again for those who watch, however long that takes."""
        while self._watched and not self._closed:
            try:
                await self._connection()
            except (NoConsent, ApiOff) as trouble:
                logger.warning("iTerm2 stays away: %s", trouble)
                await asyncio.sleep(LATER)
            except ITerm2Trouble:
                await asyncio.sleep(AGAIN)
            else:
                return

    def _take(self, notice: Notification) -> None:
        session_id = _session_of(notice)
        if session_id is None:
            self._tell(notice)
        elif take := self._watched.get(session_id):
            take(notice)

    def _tell(self, notice: Notification | None) -> None:
        for take in list(self._watched.values()):
            take(notice)

    def drop(self) -> None:
        """Give the connection up, and with it what iTerm2 has not begun with."""
        if self._wire is not None:
            self._wire.end()

    def close(self) -> None:
        """Leave."""
        self._closed = True
        self.drop()

    def _end(self) -> None:
        self._attempt = None
        if self._wire is not None:
            self._wire.end()
            self._wire = None


async def _read(connection: Connection) -> None:
    """Have the package read what comes in, until the wire ends."""
    loop = asyncio.get_running_loop()
    await connection._async_dispatch_forever(connection, loop)  # pyright: ignore[reportPrivateUsage] # its own way in blocks


def _session_of(notice: Notification) -> str | None:
    """Return whose notice it is; None where it is everybody's."""
    present = notice.ListFields()
    match present[0][0].name if present else "":
        case "screen_update_notification":
            return notice.screen_update_notification.session
        case "prompt_notification":
            return notice.prompt_notification.session
        case "keystroke_notification":
            return notice.keystroke_notification.session
        case "terminate_session_notification":
            return notice.terminate_session_notification.session_id
        case _:
            return None
