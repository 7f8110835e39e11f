"""The window that the self-test opens, and the terminal on it."""

import json
import secrets
from pathlib import Path

from iterm2 import rpc

from services.runtime.background import Background
from services.session_driver.terminal.capture import Capture
from services.session_driver.terminal.host import Host
from services.session_driver.terminal.iterm2.adopted import AdoptedSession
from services.session_driver.terminal.iterm2.api_session import ApiSession
from services.session_driver.terminal.iterm2.backend import ITerm2
from services.session_driver.terminal.iterm2.place import Place
from services.session_driver.terminal.memory import Identity, encoded
from services.session_driver.terminal.session import Terminal

LONGEST = 10.0
"""Seconds for one command."""


class NotAsExpected(AssertionError):
    """What was seen is not what should have been."""


class Subject:
    """Everything that the checks share."""

    def __init__(self, place: Place, folder: Path, tasks: Background) -> None:
        self.backend = ITerm2(place, folder, tasks)
        self.opened: list[str] = []
        self.terminal: Terminal | None = None
        self.host: AdoptedSession | None = None

    async def open(self) -> None:
        """Open a window whose shell reports its prompts."""
        asked = {"Load Shell Integration Automatically": json.dumps(True)}
        said = await self.backend.link.ask(
            "for a new window",
            lambda wire: rpc.async_create_tab(wire, profile_customizations=asked),
        )
        expect(bool(said.create_tab_response.session_id), "no window was opened")
        self.opened.append(said.create_tab_response.session_id)

    async def adopt(self) -> None:
        """Adopt the window's session."""
        api = ApiSession(self.backend.link, self.opened[0])
        terminal = Terminal(_identity(), await api.size())
        host: Host = await self.backend.adopt(
            self.opened[0], encoded(terminal.identity), terminal.absorb
        )
        terminal.live_on(host)
        self.terminal = terminal
        self.host = host if isinstance(host, AdoptedSession) else None

    def at_work(self) -> tuple[Terminal, AdoptedSession]:
        """Return what was adopted."""
        if self.terminal is None or self.host is None:
            raise NotAsExpected("no session was adopted")
        return self.terminal, self.host

    async def do(self, command: str, limit: int = 2000) -> tuple[int | None, str]:
        """Run a command at the prompt; return its exit code and what it printed."""
        terminal, _ = self.at_work()
        expect(await terminal.ready(LONGEST), "no prompt was told")
        run = await terminal.run(f"{command}\r".encode(), Capture(b"self-test"))
        ending = await run.wait(LONGEST)
        if ending is None:
            raise NotAsExpected("the end of the command was not told")
        expect(ending.completion.confirmed, "the end of the command was only inferred")
        return ending.exit_code, run.capture.excerpt(limit).head

    async def close(self) -> None:
        """Close every pane that was opened here."""
        for target in self.opened:
            await ApiSession(self.backend.link, target).close()
        self.opened.clear()


def expect(so: bool, otherwise: str) -> None:
    """Raise NotAsExpected unless it is so."""
    if not so:
        raise NotAsExpected(otherwise)


def _identity() -> Identity:
    token = secrets.token_hex(16)
    return Identity(
        session_id="selftest", epoch="e", owner="selftest", nonce=token, shell="", requested={}
    )
