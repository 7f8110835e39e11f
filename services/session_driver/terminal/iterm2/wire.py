"""The websocket to iTerm2 as the package wants it, without what the package does on its own.

The package fetches cookies inside the event loop, hands each notice to a task of its own, keeps
handlers for ever, and prints when a connection ends. Here the handshake is ours, notices are
delivered in order to one taker, and the end is a future.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from google.protobuf.message import DecodeError
from iterm2 import __version__ as library
from iterm2.api_pb2 import Notification, ServerOriginatedMessage
from websockets.asyncio.client import ClientConnection, unix_connect
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.typing import Origin, Subprotocol

from services.session_driver.terminal.iterm2.cookie import NAME
from services.session_driver.terminal.iterm2.place import Place
from services.session_driver.terminal.iterm2.trouble import (
    ITerm2Trouble,
    NoConsent,
    NoSocket,
)

URI: Final = "ws://localhost/"
TOO_OLD: Final = 406
UNAUTHORIZED: Final = 401

type Taker = Callable[[Notification], None]


class Wire:
    """What the package reads from and writes to."""

    def __init__(self, socket: ClientConnection, take: Taker) -> None:
        self._socket = socket
        self._take = take
        response = socket.response
        self.response_headers = response.headers if response else Headers()
        self.lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def send(self, data: bytes) -> None:
        """Send one message."""
        await self._socket.send(data)

    async def recv(self) -> bytes:
        """Return the next answer; notices go to their taker on the way."""
        while True:
            try:
                data = await self._socket.recv(decode=False)
                message = ServerOriginatedMessage.FromString(data)
            except (ConnectionClosed, DecodeError):
                self.end()
                raise asyncio.CancelledError from None  # the end that the package is silent about
            if message.WhichOneof("submessage") != "notification":
                return data
            self._take(message.notification)

    def end(self) -> None:
        """Give the connection up."""
        self._socket.transport.abort()
        if not self.lost.done():
            self.lost.set_result(None)


async def connected(place: Place, cookie: tuple[str, str], take: Taker) -> Wire:
    """Connect to the socket. Raises ITerm2Trouble."""
    try:
        socket = await unix_connect(
            str(place.socket),
            URI,
            origin=Origin(URI),
            subprotocols=[Subprotocol("api.iterm2.com")],
            additional_headers=_headers(cookie),
            user_agent_header=None,
            compression=None,
            ping_interval=None,
            close_timeout=0,
            max_size=None,
        )
    except InvalidStatus as error:
        raise _refused(error.response.status_code) from error
    except (OSError, EOFError, WebSocketException) as error:
        raise NoSocket(str(place.socket)) from error
    return Wire(socket, take)


def _headers(cookie: tuple[str, str]) -> dict[str, str]:
    headers = {
        "x-iterm2-library-version": f"python {library}",
        "x-iterm2-disable-auth-ui": "true",
        "x-iterm2-advisory-name": NAME,
    }
    if cookie[0]:
        headers["x-iterm2-cookie"] = cookie[0]
    if cookie[1]:
        headers["x-iterm2-key"] = cookie[1]
    return headers


def _refused(status: int) -> ITerm2Trouble:
    if status == UNAUTHORIZED:
        return NoConsent("the cookie was not accepted.")
    step = (
        "Update enhanced-iterm-mcp." if status == TOO_OLD else "Update iTerm2 to 3.5.11 or later."
    )
    return ITerm2Trouble(f"iTerm2 refused the connection with HTTP status {status}.", step)
