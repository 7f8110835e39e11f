"""Stops what runs in front of a terminal, as a person does, and sees whether it stopped."""

import asyncio
from contextlib import suppress
from typing import Literal

from services.session_driver.origins import INTERRUPTS
from services.session_driver.terminal.host import Foreground
from services.session_driver.terminal.run import Run
from services.session_driver.terminal.session import Terminal

type Signal = Literal["ctrl_c", "ctrl_d", "ctrl_z", "ctrl_backslash"]

POLL_SECONDS = 0.01


async def interrupt(terminal: Terminal, key: Signal, within: float = 2.0) -> bool:
    """Press a control key; true once the program in front was seen to give way."""
    before = terminal.host.foreground()
    prompt, run = terminal.prompt.prompt, terminal.running
    await terminal.type(INTERRUPTS[key])
    with suppress(TimeoutError):
        async with asyncio.timeout(within):
            while not _gave_way(terminal, before, prompt, run):  # noqa: ASYNC110 # the kernel tells nobody
                await asyncio.sleep(POLL_SECONDS)
            return True
    return False


def _gave_way(terminal: Terminal, before: Foreground, prompt: int, run: Run | None) -> bool:
    if terminal.exited.done() or terminal.prompt.prompt > prompt or (run and run.ending):
        return True
    return terminal.host.foreground().pgid != before.pgid
