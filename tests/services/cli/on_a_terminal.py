"""A command that a person runs in a terminal of their own, and what they see there."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from services.session_driver.terminal.host import Spawn
from services.session_driver.terminal.screen import Screen
from tests.services.cli.command import ROOT, Eim
from tests.support.own_pty import OwnPty, spawn_pty


class OnTerminal:
    """Types, and waits for what is shown."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self.pty: OwnPty

    def seen(self) -> str:
        """What is on the screen."""
        return self._screen.look().text

    async def until(self, text: str) -> None:
        """Wait until something is on the screen."""
        try:
            async with asyncio.timeout(30):
                while text not in self.seen() and not self.pty.exited.done():  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
        except TimeoutError:
            pytest.fail(f"no {text!r} in:\n{self.seen()}")
        assert text in self.seen(), self.seen()

    async def type(self, text: str) -> None:
        """Press keys."""
        await self.pty.write(text.encode())

    async def left(self) -> int:
        """Wait for the end of the command; return its exit code."""
        async with asyncio.timeout(30):
            return await self.pty.exited


@asynccontextmanager
async def on_a_terminal(eim: Eim, *arguments: str) -> AsyncGenerator[OnTerminal]:
    """Run a command of eim on a terminal of 120 x 40."""
    size = (120, 40)
    screen = Screen(*size, lambda _reply: None)
    shown = OnTerminal(screen)
    env = {**eim.environment, "TERM": "xterm-256color"}
    spawn = Spawn(tuple(eim.command(*arguments)), env, str(ROOT))
    shown.pty = await spawn_pty(spawn, size, screen.feed)
    try:
        yield shown
    finally:
        shown.pty.kill(9)
        await shown.pty.close()
        screen.close()
