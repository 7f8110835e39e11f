"""One connected client: its requests, and what it is sent."""

import asyncio
from collections.abc import Awaitable, Callable
from inspect import isawaitable

from google.protobuf.message import DecodeError
from iterm2 import api_pb2 as api
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from tests.iterm2_server.handshake import Visitor
from tests.iterm2_server.requests.table import HANDLERS, SINCE
from tests.iterm2_server.world import World

UNKNOWN = "Invalid request. Upgrade iTerm2 to a newer version."
type Record = Callable[[str, str, api.ClientOriginatedMessage, api.ServerOriginatedMessage], None]


class Client:
    """Takes its requests in turn with everybody else's."""

    def __init__(
        self, world: World, socket: ServerConnection, visitor: Visitor, record: Record
    ) -> None:
        self.visitor = visitor
        self._world = world
        self._socket = socket
        self._record = record
        self._outgoing: asyncio.Queue[api.ServerOriginatedMessage] = asyncio.Queue()

    def send(self, message: api.ServerOriginatedMessage) -> None:
        self._outgoing.put_nowait(message)

    async def serve(self) -> None:
        """Serve until the client is gone, however it goes."""
        try:
            async with asyncio.TaskGroup() as tasks:
                sending = tasks.create_task(self._send())
                await self._receive(tasks)
                sending.cancel()
        finally:
            self._world.app.notices.subscriptions.drop(self)
            self._world.turns.forget(self)

    async def _send(self) -> None:
        try:
            while True:
                message = await self._outgoing.get()
                await self._socket.send(message.SerializeToString())
        except ConnectionClosed:
            return

    async def _receive(self, tasks: asyncio.TaskGroup) -> None:
        while True:
            try:
                data = await self._socket.recv()
                if isinstance(data, str):
                    continue
                message = api.ClientOriginatedMessage.FromString(data)
            except ConnectionClosed:
                return
            except DecodeError:  # no answer
                continue
            self._world.turns.take(self, lambda message=message: self._answer(message, tasks))

    def _answer(self, message: api.ClientOriginatedMessage, tasks: asyncio.TaskGroup) -> None:
        name = (message.WhichOneof("submessage") or "").removesuffix("_request")
        if name not in HANDLERS or SINCE.get(name, (0, 0)) > self._world.protocol:
            self._reply(message, api.ServerOriginatedMessage(id=message.id, error=UNKNOWN))
            return
        answer = HANDLERS[name](self._world, self, getattr(message, f"{name}_request"))
        if isawaitable(answer):
            tasks.create_task(self._later(message, name, answer))
        else:
            self._reply(message, _response(message.id, name, answer))

    async def _later(
        self, message: api.ClientOriginatedMessage, name: str, answer: Awaitable[object]
    ) -> None:
        """What ends in a later turn of iTerm2's loop cannot end in a transaction."""
        await self._world.turns.thawed.wait()
        self._reply(message, _response(message.id, name, await answer))

    def _reply(
        self, message: api.ClientOriginatedMessage, reply: api.ServerOriginatedMessage
    ) -> None:
        self._record(self.visitor.name, self.visitor.key, message, reply)
        self.send(reply)


def _response(number: int, name: str, answer: object) -> api.ServerOriginatedMessage:
    response = api.ServerOriginatedMessage(id=number)
    if answer is not None:
        getattr(response, f"{name}_response").CopyFrom(answer)
        getattr(response, f"{name}_response").SetInParent()
    return response
