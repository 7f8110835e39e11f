"""What a session's shell may see of the user's environment."""

import sys
from collections.abc import Mapping

ALLOWED = frozenset(
    {
        *("HOME", "USER", "LOGNAME", "PATH", "SHELL", "TMPDIR"),
        *("LANG", "LANGUAGE", "TZ", "__CF_USER_TEXT_ENCODING"),
        *("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"),
        *("XDG_CONFIG_DIRS", "XDG_DATA_DIRS", "XDG_RUNTIME_DIR"),
    }
)
# Without a UTF-8 locale zsh takes a typed "ä" apart; a program started by launchd has no LANG.
DEFAULTS = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "LANG": "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8",
}
OURS = ("EIM_", "NATS")


class ForbiddenVariable(ValueError):
    """The name belongs to this program and cannot be set for a session."""


def session_environment(
    user: Mapping[str, str], session_id: str, requested: Mapping[str, str]
) -> dict[str, str]:
    """Build the environment of a session's shell from an allow list.

    SSH_AUTH_SOCK is left out: whoever holds it signs in everywhere as the user, without a key to
    be seen. A user who wants that asks for it by name, and the request is on record.
    """
    for name in requested:
        if name.startswith(OURS):
            raise ForbiddenVariable(f"{name} cannot be set for a session")
    kept = {name: value for name, value in user.items() if _allowed(name)}
    fixed = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "EIM_SESSION": session_id}
    return {**DEFAULTS, **kept, **requested, **fixed}


def _allowed(name: str) -> bool:
    return name in ALLOWED or name.startswith("LC_")
