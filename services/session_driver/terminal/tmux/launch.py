"""How a program is started in a pane: with exactly its environment, and the spool from byte 0."""

import os
import secrets
import shlex
import shutil
import sys
from pathlib import Path
from typing import Final

from services.session_driver.terminal.host import Asked, Spawn
from services.session_driver.terminal.tmux.folder import Folder, Seat
from services.session_driver.terminal.tmux.words import Server, literal

SPOOLER: Final = Path(__file__).parent / "spool.sh"
SEGMENTS: Final = 8
"""How many may wait; each has at most 4 MiB."""
START: Final = "start"
TOLD: Final = "#{pane_id} #{pid} #{pane_pid} #{pane_tty}"


def check(spawn: Spawn) -> None:
    """Look for the program and the directory before anything is started. Raises OSError."""
    if not Path(spawn.cwd).is_dir():
        raise FileNotFoundError(f"there is no directory {spawn.cwd}")
    if shutil.which(spawn.argv[0], path=spawn.env.get("PATH")) is None:
        raise FileNotFoundError(f"there is no program {spawn.argv[0]}")


def spooling(folder: Path, number: int = 0) -> str:
    """Return the command that keeps what a pane prints, as pipe-pane wants it."""
    words = ("exec", "/bin/sh", SPOOLER, folder, number, SEGMENTS)
    command = literal(shlex.join(map(str, words)))
    return f"{command} #{{pane_tty}} {literal(shlex.quote(sys.executable))}"


async def launch(server: Server, folder: Folder, asked: Asked) -> None:
    """Start the program in a session of its own and note its pane. Raises TmuxRefused, TmuxGone.

    Between the commands tmux reads nothing of the terminal, so not one byte is missed.
    """
    name, (cols, rows) = folder.path.name, asked.size
    start = folder.path / START
    start.touch(mode=0o600)
    start.write_bytes(_script(asked.spawn))
    size = ("-x", str(cols), "-y", str(rows))
    new = ("new-session", "-d", "-s", name, *size, "-P", "-F", TOLD, "/bin/sh", str(start))
    pipe = ("pipe-pane", "-O", "-t", f"={name}:", spooling(folder.path))
    # tmux 3.3 crashes at a new session where this holds for all windows
    manual = ("set-option", "-w", "-t", f"={name}:", "window-size", "manual")
    [told] = await server.ask(*new, ";", *pipe, ";", *manual)
    pane, number, pid, tty = told.split(" ")
    folder.seat = Seat("", int(number), pane, int(pid), tty)


def session_name(asked: Asked) -> str:
    """Return what the session is called, where people look for it."""
    return asked.name or secrets.token_hex(8)


def _script(spawn: Spawn) -> bytes:
    """Return the start as a file: in a command line, others could read the environment."""
    env = [f"{name}={value}" for name, value in spawn.env.items()]
    run = shlex.join(["env", "-i", *env, *spawn.argv])
    return os.fsencode(f"cd -- {shlex.quote(spawn.cwd)} || exit 126\nexec {run}\n")
