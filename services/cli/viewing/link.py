"""The connection of a view to the driver, which is looked for again when it was lost."""

import asyncio
import signal
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from services.cli.refused import Refused
from services.cli.viewing.tty import READ_SIZE, Tty
from services.cli.viewing.window import Window, nowhere
from services.contract.view import VERSION, Attach, Frames, Request, encode

AWAY: Final = "eim: the driver is away. What you type now is lost; the terminal itself goes on."
COME_BACK: Final = 20.0
"""Seconds that a driver has to come back."""
PAUSE: Final = 0.2


class Link:
    """Attaches a window to a session, and again after a restart of the driver."""

    def __init__(self, at: Path, window: Window, tty: Tty) -> None:
        self._at = at
        self._window = window
        self._tty = tty

    async def run(self, wanted: str, *, writes: bool) -> str:
        """Show the session until it ends; return what to tell about it. Raises Refused."""
        await self._attached(wanted, writes=writes)
        while self._window.farewell is None:
            self._window.note(AWAY)
            await self._again(writes=writes)
        told = self._window.farewell
        reason = told.reason.decode(errors="replace")
        if not told.welcome:
            raise Refused(reason)
        return reason

    async def _again(self, *, writes: bool) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + COME_BACK
        while True:
            await asyncio.sleep(PAUSE)
            try:
                await self._attached(self._window.session_id, writes=writes)
            except Refused:
                if loop.time() > until:
                    raise
            else:
                return

    async def _attached(self, wanted: str, *, writes: bool) -> None:
        """Be attached until the connection is lost. Raises Refused where there is no driver."""
        try:
            reader, writer = await asyncio.open_unix_connection(str(self._at))
        except OSError as error:
            raise Refused(
                "no driver shows its sessions here; look: eim status. Start it with: eim up"
            ) from error

        def send(request: Request) -> None:
            writer.write(encode(request))

        self._window.send = send
        send(Attach(VERSION, *self._tty.size, writes, wanted.encode()))
        try:
            await self._heard(reader)
        finally:
            self._window.send = nowhere
            writer.close()

    async def _heard(self, reader: asyncio.StreamReader) -> None:
        frames = Frames()
        try:
            while data := await reader.read(READ_SIZE):
                for frame in frames.cut(data):
                    self._window.told(frame)
                await self._tty.room()
        except ConnectionError:
            return


@contextmanager
def signals(window: Window) -> Generator[None]:
    """Have a new size told, and leave in good order where we are asked to."""
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGWINCH, window.resized)
    ends = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
    for number in ends:
        loop.add_signal_handler(number, window.left.set)
    try:
        yield
    finally:
        for number in (signal.SIGWINCH, *ends):
            loop.remove_signal_handler(number)
