"""What runs in a session, and with which environment."""

import os
import shlex
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from services.session_driver.terminal.host import Spawn
from tests.iterm2_server.values import Json

SHELLS = Path(__file__).parent / "shells"
_KEPT = ("PATH", "USER", "LOGNAME", "LANG", "LC_ALL", "TMPDIR", "TZ")


@dataclass(frozen=True)
class Person:
    """Whose sessions these are: home, login shell, and whether it speaks OSC 133."""

    home: Path
    shell: str = "/bin/bash"
    integration: bool = True

    def starts(self, profile: Mapping[str, Json], session_id: str, termid: str) -> Spawn:
        """Say what a session of this profile runs."""
        argv = self._argv(profile)
        environment = self._environment(profile, session_id, termid)
        wanted = bool(profile["Load Shell Integration Automatically"])
        login = profile["Custom Command"] == "No"
        if wanted or (login and self.integration):
            argv, more = integrated(argv)
            environment |= more
        folder = str(profile["Working Directory"] or self.home)
        own = profile["Custom Directory"] == "Yes" and Path(folder).is_dir()
        return Spawn(argv, environment, folder if own else str(self.home))

    def _argv(self, profile: Mapping[str, Json]) -> tuple[str, ...]:
        command = str(profile["Command"])
        if profile["Custom Command"] == "Yes" and command:
            argv = tuple(shlex.split(command))
            return (shutil.which(argv[0]) or argv[0], *argv[1:])
        if profile["Custom Command"] == "Custom Shell" and command:
            return (command,)
        return (self.shell,)

    def _environment(
        self, profile: Mapping[str, Json], session_id: str, termid: str
    ) -> dict[str, str]:
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        return {
            "LANG": "C.UTF-8",
            **kept,
            "HOME": str(self.home),
            "SHELL": self.shell,
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "TERM_PROGRAM": "iTerm.app",
            "TERM_PROGRAM_VERSION": "3.6.6",
            "LC_TERMINAL": "iTerm2",
            "ITERM_SESSION_ID": f"{termid}:{session_id}",
            "TERM_SESSION_ID": f"{termid}:{session_id}",
            "ITERM_PROFILE": str(profile["Name"]),
        }


def integrated(argv: tuple[str, ...]) -> tuple[tuple[str, ...], dict[str, str]]:
    """Have a shell load our marks; any other program starts as it is."""
    match Path(argv[0]).name:
        case "bash":
            return (argv[0], "--rcfile", str(SHELLS / "iterm.bash"), "-i", *argv[1:]), {}
        case "zsh":
            return (argv[0], "-i", *argv[1:]), {"ZDOTDIR": str(SHELLS)}
        case "fish":
            return (argv[0], "-i", "-C", f"source '{SHELLS / 'iterm.fish'}'", *argv[1:]), {}
        case _:
            return argv, {}
