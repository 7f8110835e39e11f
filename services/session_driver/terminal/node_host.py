"""Terminals on the terminal-host of this node, which is reached again when it was lost."""

import asyncio
import logging

from services.session_driver.terminal.host import Asked, OnOutput
from services.session_driver.terminal.host_start import HostPlace
from services.session_driver.terminal.hosted import HostedPty
from services.session_driver.terminal.terminal_host import TerminalHost

logger = logging.getLogger(__name__)


class NodeHost:
    """The `pty` backend: connects when first needed, and after a loss when next needed."""

    def __init__(self, place: HostPlace) -> None:
        self._place = place
        self._host: TerminalHost | None = None
        self._connecting = asyncio.Lock()

    async def current(self) -> TerminalHost:
        """Return the connection. Raises HostUnavailable, PathTooLong."""
        async with self._connecting:
            if self._host is None:
                self._host = await TerminalHost.connect(self._place, self._lost)
            return self._host

    async def found(self) -> list[HostedPty]:
        """Return the terminals of an earlier driver. Raises HostUnavailable, PathTooLong."""
        return [*(await self.current()).terminals.values()]

    async def spawn(self, asked: Asked, on_output: OnOutput) -> HostedPty:
        """Start a program on a new terminal. Raises OSError, ValueError, HostUnavailable."""
        return await (await self.current()).spawn(asked, on_output)

    async def stop(self) -> None:
        """End the host with all its terminals, if it was reached."""
        if self._host is not None:
            await self._host.stop()

    def close(self) -> None:
        """Leave; the terminals go on, for the next driver."""
        if self._host is not None:
            self._host.close()

    def _lost(self, reason: str) -> None:
        logger.error("the terminal-host is lost, with every terminal: %s", reason)
        self._host = None
