"""The tmux of this machine: where it is, and whether it is new enough."""

import os
import re
import shutil
import subprocess
from typing import Final

OLDEST: Final = (3, 3)
"""The first that tells the signal which ended a program, and keeps passthrough off."""
HOW_TO_INSTALL: Final = "install tmux 3.3 or later: apt install tmux, or brew install tmux"
USUAL: Final = ("/opt/homebrew/bin", "/usr/local/bin", "/usr/bin")
"""A client may start us with a shorter PATH than the user has."""
ANSWER_WITHIN: Final = 5.0
_VERSION: Final = re.compile(r"tmux (?:next-|openbsd-)?(\d+)\.(\d+)")


class TmuxUnavailable(RuntimeError):
    """There is no tmux here that can be used."""


def find_tmux(path: str | None = None, usual: tuple[str, ...] = USUAL) -> str:
    """Return the tmux on this search path, our own if None. Raises TmuxUnavailable."""
    found = shutil.which("tmux", path=path) or shutil.which("tmux", path=os.pathsep.join(usual))
    if found is None:
        raise TmuxUnavailable("there is no tmux on PATH")
    said = version_of(found)
    version = _VERSION.match(said)
    if version and (int(version[1]), int(version[2])) < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        raise TmuxUnavailable(f"{found} is {said}, too old: {oldest} is needed")
    return found  # what is built from the newest source is called "tmux master"


def version_of(program: str) -> str:
    """Return what a tmux says that it is. Raises TmuxUnavailable."""
    try:
        return subprocess.run(
            [program, "-V"], capture_output=True, text=True, check=True, timeout=ANSWER_WITHIN
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError) as error:
        raise TmuxUnavailable(f"{program} does not run: {error}") from error
