"""Sockets in a folder: how long their address may be, and who is at the other end."""

import os
import socket
import struct
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

LONGEST_PATH: Final = 103 if sys.platform == "darwin" else 107
"""Bytes; the kernel's field has one more, for a NUL."""
_LOCAL_PEERCRED: Final = (0, 1)
"""SOL_LOCAL and LOCAL_PEERCRED of macOS, which the socket module does not name everywhere."""
_LOCAL_PEERPID: Final = (0, 2)


class PathTooLong(ValueError):
    """The kernel takes no socket address as long as this."""


def address_of(path: Path) -> str:
    """Return the address of a socket in a folder. Raises PathTooLong."""
    length = len(bytes(path))
    if length > LONGEST_PATH:
        raise PathTooLong(
            f"{path} has {length} bytes, a socket may have {LONGEST_PATH}: set EIM_HOME to a"
            " folder with a shorter name"
        )
    return str(path)


def uid_of_peer(connection: socket.socket) -> int:
    """Return the user at the other end, as the kernel noted it when the connection was made."""
    if sys.platform == "linux":
        size = struct.calcsize("3i")
        told = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
        return struct.unpack("3i", told)[1]
    told = connection.getsockopt(*_LOCAL_PEERCRED, 76)  # struct xucred: version, user, groups
    return struct.unpack_from("=II", told)[1]


def pid_of_peer(connection: socket.socket) -> int:
    """Return the process at the other end, as the kernel noted it."""
    if sys.platform == "linux":
        size = struct.calcsize("3i")
        told = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
        return struct.unpack("3i", told)[0]
    return struct.unpack("=i", connection.getsockopt(*_LOCAL_PEERPID, 4))[0]


@contextmanager
def listening(path: Path) -> Generator[socket.socket]:
    """Listen on a socket of this user alone; what lies in its place is of one that died.

    Raises PathTooLong, OSError.
    """
    address = address_of(path)
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        before = os.umask(0o177)
        try:
            listener.bind(address)
        finally:
            os.umask(before)  # other files get the user's own
        try:
            listener.listen()
            listener.setblocking(False)
            yield listener
        finally:
            path.unlink(missing_ok=True)
