"""The iTerm2 of a person as a backend: they open themselves what is asked for, and we adopt it."""

import shlex
from collections.abc import Sequence
from pathlib import Path

from services.runtime.background import Background
from services.session_driver.terminal.host import Asked, Host, OnOutput
from services.session_driver.terminal.iterm2.backend import ITerm2
from services.session_driver.terminal.memory import encoded
from services.session_driver.terminal.shells import Opening
from tests.iterm2_server.server import Server
from tests.iterm2_server.session import Session
from tests.iterm2_server.shell import integrated
from tests.support.adoption import identity_for, place_of
from tests.support.iterm2 import until


class PersonsITerm2:
    """One driver's connection to the test server, with the person who opens windows there."""

    def __init__(self, server: Server, folder: Path, tasks: Background) -> None:
        self._server = server
        self._iterm2 = ITerm2(place_of(server), folder, tasks)

    async def spawn(self, asked: Asked, on_output: OnOutput) -> Host:
        """Have the person run a program in a window, and adopt that."""
        spawn = asked.spawn
        command = ("/usr/bin/env", *(f"{name}={spawn.env[name]}" for name in spawn.env))
        session = self._window((*command, *spawn.argv), spawn.cwd, asked.size)
        await until(lambda: session.pty is not None)
        note = asked.note or encoded(identity_for())
        return await self._iterm2.adopt(session.id, note, on_output)

    async def shell(self, opening: Opening, note: bytes, on_output: OnOutput) -> Host:
        """Have the person open a window with a shell of theirs, and adopt that."""
        argv, marks = integrated((opening.shell,))
        variables = {**opening.environment, **marks, "EIM_SESSION": opening.session_id}
        command = ("/usr/bin/env", *(f"{name}={variables[name]}" for name in variables), *argv)
        session = self._window(command, opening.cwd, (opening.cols, opening.rows))
        await until(lambda: session.prompts.in_command)
        return await self._iterm2.adopt(session.id, note, on_output)

    def _window(self, argv: Sequence[str], cwd: str, size: tuple[int, int]) -> Session:
        chosen = {
            "Custom Command": "Yes",
            "Command": shlex.join(argv),
            "Custom Directory": "Yes",
            "Working Directory": cwd,
            "Columns": size[0],
            "Rows": size[1],
            "Unlimited Scrollback": True,
        }
        profile = self._server.world.profiles.copy("", chosen)
        assert profile
        return self._server.world.desk.open_window(profile)

    async def found(self) -> Sequence[Host]:
        """Return what an earlier driver had adopted."""
        return await self._iterm2.found()

    def close(self) -> None:
        """Leave."""
        self._iterm2.close()

    async def stop(self) -> None:
        """Let everything go."""
        await self._iterm2.stop()
