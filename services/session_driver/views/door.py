"""Lets views in: those of this user, whom the kernel knows."""

import asyncio
import logging
import os
import socket

from services.runtime.unix_socket import pid_of_peer, uid_of_peer
from services.session_driver.views.lobby import Lobby, person
from services.session_driver.views.view import Peer, View

logger = logging.getLogger(__name__)
PAUSE = 0.2
"""Seconds after a connection that could not be taken."""


async def let_in(listener: socket.socket, lobby: Lobby) -> None:
    """Take connections for ever; one that cannot be taken is no reason to drive no terminals."""
    while True:
        try:
            await _next(listener, lobby)
        except OSError as error:  # too many open files, or it went as soon as it came
            logger.warning("a view could not be let in: %s", error)
            await asyncio.sleep(PAUSE)


async def _next(listener: socket.socket, lobby: Lobby) -> None:
    loop = asyncio.get_running_loop()
    connection, _ = await loop.sock_accept(listener)
    uid = uid_of_peer(connection)
    if uid != os.getuid():
        logger.error("a view of user %d is not let in", uid)
        connection.close()
        return
    peer = Peer(pid_of_peer(connection), person(uid))
    await loop.connect_accepted_socket(lambda: View(lobby, peer), connection)
