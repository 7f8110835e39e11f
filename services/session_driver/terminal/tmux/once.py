"""Commands to a person's own tmux server, each by a client of its own.

A client that stays attached would show up in their `list-clients` and could resize their windows.
"""

import asyncio
from collections.abc import Mapping
from typing import Final

from services.session_driver.terminal.tmux.words import TmuxGone, TmuxRefused

ANSWER_WITHIN: Final = 10.0
GONE: Final = ("no server running", "error connecting", "lost server", "server exited")


class Once:
    """The server behind a socket."""

    def __init__(self, program: str, socket: str, env: Mapping[str, str]) -> None:
        self._argv = (program, "-S", socket)
        self._env = env

    async def ask(self, *words: str) -> list[str]:
        """Have commands carried out and return the lines that they print.

        Raises TmuxRefused, TmuxGone.
        """
        process = await asyncio.create_subprocess_exec(
            *self._argv,
            *words,
            env=self._env,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                said, error = await process.communicate()
        except TimeoutError as late:
            process.kill()
            raise TmuxGone(f"tmux does not answer: {words[0]}") from late
        if process.returncode:
            why = error.decode(errors="replace").strip()
            raise TmuxGone(why) if why.startswith(GONE) else TmuxRefused(why)
        return said.decode(errors="surrogateescape").splitlines()
