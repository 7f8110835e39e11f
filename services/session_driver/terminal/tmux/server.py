"""Our own tmux server: private, without a person's configuration, and one connection to it."""

import asyncio
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from services.contract.terminal import tmux_socket_of
from services.runtime.background import Background
from services.runtime.tmux import find_tmux
from services.runtime.unix_socket import address_of
from services.session_driver.terminal.tmux import lease
from services.session_driver.terminal.tmux.control import Control, Start
from services.session_driver.terminal.tmux.words import TmuxGone

STOP_PAUSE, STOPPED_WITHIN = 0.02, 5.0
SETTINGS: Final = (
    ("set-option", "-s", "escape-time", "0"),
    ("set-option", "-s", "default-terminal", "xterm-256color"),
    ("set-option", "-s", "set-clipboard", "off"),
    ("set-option", "-g", "status", "off"),
    ("set-option", "-g", "history-limit", "5000"),
    ("set-option", "-g", "remain-on-exit", "on"),
    ("set-option", "-g", "remain-on-exit-format", ""),
    ("set-option", "-g", "allow-passthrough", "off"),
    ("set-option", "-g", "allow-rename", "off"),
    ("set-option", "-g", "automatic-rename", "off"),
    ("set-option", "-g", "focus-events", "off"),
    ("set-option", "-g", "mouse", "off"),
    ("set-option", "-g", "bell-action", "none"),
    ("set-option", "-g", "update-environment", ""),
    *lease.SETTINGS,
)


@dataclass(frozen=True, slots=True)
class TmuxPlace:
    """Where a node keeps its tmux server, with which environment; a person's own `sockets`."""

    run: Path
    node: str
    env: Mapping[str, str]
    sockets: tuple[str, ...] = ()

    @property
    def socket(self) -> Path:
        """Where the server answers, and people attach."""
        return tmux_socket_of(self.run, self.node)

    @property
    def panes(self) -> Path:
        """What is kept of the panes, ours and adopted ones."""
        return self.run / f"tmux.{self.node}.panes"

    @property
    def client_env(self) -> dict[str, str]:
        """The environment of our clients: not as if they ran in a pane themselves."""
        return {name: value for name, value in self.env.items() if not name.startswith("TMUX")}

    def program(self) -> str:
        """Return the tmux to use. Raises TmuxUnavailable."""
        return find_tmux(self.env.get("PATH"))


class OwnServer:
    """The server of this node; it is started when the first terminal is wanted."""

    def __init__(self, place: TmuxPlace, tasks: Background, lost: Callable[[], None]) -> None:
        self._place = place
        self._tasks = tasks
        self._lost = lost
        self.told: Callable[[], None] = _nothing
        self._control: Control | None = None
        self._connecting = asyncio.Lock()

    def runs(self) -> bool:
        """Whether somebody answers at the socket. Raises PathTooLong."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            try:
                probe.connect(address_of(self._place.socket))
            except (FileNotFoundError, ConnectionRefusedError):
                return False
        return True

    async def ask(self, *words: str) -> list[str]:
        """Have commands carried out. Raises TmuxRefused, TmuxGone."""
        async with self._connecting:
            if self._control is None and not self.runs():
                raise TmuxGone("our tmux server does not run")
        return await (await self.started()).ask(*words)

    async def started(self) -> Control:
        """Return the connection. Raises TmuxUnavailable, TmuxGone, PathTooLong."""
        async with self._connecting:
            if self._control is None or self._control.gone:
                address_of(self._place.socket)
                self._control = await Control.attached(await self._client(), self._tasks, self._end)
                self._control.told = self._rings
                for setting in (*SETTINGS, *lease.bindings(self._argv)):
                    await self._control.ask(*setting)
                self.told()
            return self._control

    async def bind(self) -> None:
        """Bind the keys of clients anew, after one of them was answered."""
        for binding in lease.bindings(self._argv):
            await self.ask(*binding)

    async def _client(self) -> Start:
        program = await asyncio.to_thread(self._place.program)
        self._argv = (program, "-S", str(self._place.socket), "-f", "/dev/null")
        hub = ("new-session", "-A", "-s", lease.HUB, "-x", "80", "-y", "24", "-f", "no-output")
        own = (*self._argv, "-C", *hub, "/bin/sh", "-c", "exec cat")
        return Start(own, self._place.client_env)

    def _rings(self) -> None:
        self.told()

    def _end(self) -> None:
        self._control = None
        if not self.runs():
            self._lost()

    def close(self) -> None:
        """Leave; the server goes on."""
        if self._control is not None:
            self._control.close()

    async def stop(self) -> None:
        """End the server. Raises TimeoutError."""
        if not self.runs():
            return
        control = await self.started()
        self._lost = _expected
        with suppress(TmuxGone):
            await control.ask("kill-server")
        async with asyncio.timeout(STOPPED_WITHIN):
            while self.runs():  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(STOP_PAUSE)


def _expected() -> None:
    """Take note of an end that was wanted."""


def _nothing() -> None:
    """Hear of nothing."""
