"""Claude Code keeps its own configuration; its command `claude` changes it."""

import shlex
import shutil
import subprocess
from collections.abc import Sequence
from typing import Final

from services.cli.entry import SERVER, Entry, Http
from services.cli.refused import Refused

_PATIENCE: Final = 60
_REMOVE: Final = ("claude", "mcp", "remove", "--scope", "user", SERVER)


def installed() -> bool:
    """Tell whether Claude Code's command is on PATH."""
    return shutil.which("claude") is not None


def adding(entry: Entry) -> list[str]:
    """Return the command that adds our entry for all projects of this user.

    Options that take several values stand before others: they would swallow the server's name.
    """
    if isinstance(entry, Http):
        pairs = entry.headers.items()
        headers = [word for name, value in pairs for word in ("--header", f"{name}: {value}")]
        given = [*headers, "--transport", "http", "--scope", "user"]
        return ["claude", "mcp", "add", *given, SERVER, entry.url]
    pairs = [word for name, value in entry.env.items() for word in ("--env", f"{name}={value}")]
    given = [*pairs, "--transport", "stdio", "--scope", "user"]
    return ["claude", "mcp", "add", *given, SERVER, "--", entry.command, *entry.args]


def add(entry: Entry) -> None:
    """Add our entry, in place of an earlier one. Raises Refused."""
    remove()
    done = _run(adding(entry))
    if done.returncode:
        raise Refused(f"`claude mcp add` failed: {(done.stderr or done.stdout).strip()}")


def remove() -> bool:
    """Remove our entry; false if there was none."""
    return _run(_REMOVE).returncode == 0


def spelled(command: Sequence[str]) -> str:
    """Return a command as one would type it."""
    return shlex.join(command)


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command, capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Refused(f"`{' '.join(command[:3])}` could not be run: {error}") from error
