"""The driver's end of the connection to its terminal-host, on the event loop."""

import asyncio
import os
import socket
import sys
from array import array
from collections import deque
from collections.abc import Callable
from typing import Final

from services.contract.frames import Malformed
from services.contract.terminal_host import (
    Farewell,
    Frame,
    Frames,
    Listed,
    Request,
    Spawned,
    encode,
)

RECEIVE_SIZE: Final = 262144
RECEIVES_PER_TURN: Final = 4
RIGHTS_SIZE: Final = socket.CMSG_SPACE(64 * array("i").itemsize)
CLOSED_ON_EXEC: Final = socket.MSG_CMSG_CLOEXEC if sys.platform == "linux" else 0
ENDED: Final = "the terminal host ended"

type Heard = Callable[[Frame, int], None]
type Closed = Callable[[str], None]


class HostLink:
    """Sends requests, hands on what is told with its descriptor (-1: none), and tells the end."""

    def __init__(self, connection: socket.socket, heard: Heard, closed: Closed) -> None:
        self._loop = asyncio.get_running_loop()
        self._socket = connection
        self._heard = heard
        self._closed = closed
        self._frames = Frames()
        self._descriptors: deque[int] = deque()
        self._unsent = bytearray()
        self._parting = ""
        self.open = True
        self._loop.add_reader(connection, self._readable)

    def send(self, request: Request) -> None:
        """Send a request; nothing once the connection is closed, which is told elsewhere."""
        if self.open:
            idle = not self._unsent
            self._unsent += encode(request)
            if idle:
                self._send_more()

    def _send_more(self) -> None:
        try:
            taken = self._socket.send(self._unsent)
        except BlockingIOError:
            taken = 0
        except OSError:  # the reader hears the reason, which may still be on its way
            taken = len(self._unsent)
        del self._unsent[:taken]
        if self._unsent:
            self._loop.add_writer(self._socket, self._send_more)
        else:
            self._loop.remove_writer(self._socket)

    def _readable(self) -> None:
        for _ in range(RECEIVES_PER_TURN):
            if not self.open or not self._receive():
                return

    def _receive(self) -> bool:
        try:
            data, along, flags, _ = self._socket.recvmsg(RECEIVE_SIZE, RIGHTS_SIZE, CLOSED_ON_EXEC)
        except BlockingIOError:
            return False
        except OSError:
            data, along, flags = b"", [], 0
        self._descriptors.extend(_descriptors_in(along))
        if flags & socket.MSG_CTRUNC:
            self.close("descriptors were lost on the way, this process has too many open files")
        elif not data:
            self.close(self._parting or ENDED)
        else:
            self._hand_on(data)
        return bool(data)

    def _hand_on(self, data: bytes) -> None:
        """Hand on every frame, also those after one whose hearer failed."""
        try:
            for frame in self._frames.cut(data):
                self._hear(frame)
                if not self.open:
                    return
        except Malformed as error:
            self.close(f"the terminal host sent what is no frame: {error}")
        except BaseException:
            self._loop.call_soon(self._hand_on, b"")
            raise

    def _hear(self, frame: Frame) -> None:
        descriptor = -1
        if isinstance(frame, Farewell):
            self._parting = frame.reason.decode(errors="replace")
        elif isinstance(frame, Listed | Spawned):
            if not self._descriptors:
                raise Malformed(f"{type(frame).__name__} without its descriptor")
            descriptor = self._descriptors.popleft()
        self._heard(frame, descriptor)

    def close(self, reason: str) -> None:
        """Close the connection; the terminals go on."""
        if self.open:
            self.open = False
            self._loop.remove_reader(self._socket)
            self._loop.remove_writer(self._socket)
            self._socket.close()
            while self._descriptors:
                os.close(self._descriptors.popleft())
            self._closed(reason)


def _descriptors_in(along: list[tuple[int, int, bytes]]) -> array[int]:
    found = array("i")
    for level, kind, data in along:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            found.frombytes(data[: len(data) - len(data) % found.itemsize])
    for descriptor in found:
        os.set_inheritable(descriptor, False)
    return found
