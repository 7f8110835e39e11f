"""A connection of a driver: what it asks, and what waits to be told to it."""

import socket
from array import array
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from services.contract.terminal_host import Farewell, Frame, Frames, Told, encode

RECEIVE_SIZE: Final = 65536
PARTING: Final = 0.2
"""Seconds that a driver which is told to go may take to listen."""


class Gone(ConnectionError):
    """The driver is not at the other end any more."""


class Link:
    """A connection that never waits."""

    def __init__(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        self.socket = connection
        self._frames = Frames()
        self._untold: deque[tuple[memoryview, int | None]] = deque()

    def asked(self) -> Iterator[Frame]:
        """Return the frames that arrived. Raises Gone, Malformed."""
        try:
            data = self.socket.recv(RECEIVE_SIZE)
        except BlockingIOError:
            return iter(())
        except OSError as error:
            raise Gone from error
        if not data:
            raise Gone
        return self._frames.cut(data)

    def tell(self, frame: Told, descriptor: int | None = None) -> None:
        """Queue a frame, with a descriptor if one goes along."""
        self._untold.append((memoryview(encode(frame)), descriptor))

    def flush(self) -> bool:
        """Tell as much as is taken; return whether that was all. Raises Gone."""
        while self._untold:
            data, descriptor = self._untold[0]
            taken = self._told(data, descriptor)
            if taken == len(data):
                self._untold.popleft()
            elif taken:
                self._untold[0] = (data[taken:], None)  # a descriptor goes with the first byte
            else:
                return False
        return True

    def _told(self, data: memoryview, descriptor: int | None) -> int:
        rights = [] if descriptor is None else [array("i", [descriptor])]
        along = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, each) for each in rights]
        try:
            return self.socket.sendmsg([data], along)
        except BlockingIOError:
            return 0
        except OSError as error:
            raise Gone from error

    def close(self, reason: str) -> None:
        """Say why and close."""
        self.tell(Farewell(reason.encode()))
        self.socket.settimeout(PARTING)
        with suppress(Gone, TimeoutError):
            self.flush()
        self.socket.close()
