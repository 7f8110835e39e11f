"""Which shells, and which tmux, this machine has: ask nobody about what cannot start."""

import os
import shutil
from collections.abc import Mapping
from typing import Final

from services.mcp_front.refusals import Refusal
from services.policy.dialect import SHELLS
from services.runtime.tmux import HOW_TO_INSTALL, TmuxUnavailable, find_tmux

USUAL: Final = ("/opt/homebrew/bin", "/usr/local/bin", "/usr/bin", "/bin")
"""A client may start us with a shorter PATH than the terminals have."""


def search_path(environment: Mapping[str, str]) -> str:
    """Return where shells are looked for."""
    return os.pathsep.join(filter(None, (environment.get("PATH"), *USUAL)))


def check_shell(shell: str, path: str) -> None:
    """Refuse a shell that is not here; an empty one is the user's own. Raises Refusal."""
    if not shell or shutil.which(shell, path=path):
        return
    raise Refusal(
        "no_such_shell",
        f"There is no shell {shell!r} on this machine. No session was opened.",
        valid=tuple(known for known in sorted(SHELLS) if shutil.which(known, path=path)),
        next_step="Take one of these, give the full path of another one, or leave shell out for "
        "the user's own.",
    )


def check_backend(backend: str, path: str) -> None:
    """Refuse tmux where there is none that can be used. Raises Refusal."""
    if backend != "tmux":
        return
    try:
        find_tmux(path)
    except TmuxUnavailable as error:
        raise Refusal(
            "backend_unavailable",
            f"Sessions in tmux are not possible here: {error}. No session was opened.",
            valid=("pty",),
            next_step=f'Take backend "pty", or have the user {HOW_TO_INSTALL}.',
        ) from error
