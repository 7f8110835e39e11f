"""How a shell is started so that it loads the user's files and then our marks."""

import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from services.session_driver.terminal.environment import session_environment
from services.session_driver.terminal.host import Spawn

INTEGRATION = Path(__file__).parent / "integration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Which shell to start, where, and with what. `folder` is private to the user.

    `watched` are the variables whose change the shell reports; `NAME*` is a family of them.
    """

    session_id: str
    shell: str
    cwd: str
    folder: Path
    environment: Mapping[str, str]
    requested: Mapping[str, str] = field(default_factory=dict[str, str])
    watched: tuple[str, ...] = ()
    cols: int = 120
    rows: int = 32


@dataclass(frozen=True, slots=True)
class ShellStart:
    """A shell ready to be started; `handover` holds the nonce until the shell has read it."""

    spawn: Spawn
    handover: Path | None

    def forget(self) -> None:
        """Remove the file that handed the nonce over."""
        if self.handover is not None:
            self.handover.unlink(missing_ok=True)


def kind_of(shell: str) -> str:
    return Path(shell).name


def prepare(opening: Opening, nonce: str) -> ShellStart:
    """Prepare one of bash, zsh, fish and sh with our marks; any other shell starts as it is.

    The nonce goes through a file that only the user can read. The script reads and empties it
    before anything else runs; it never enters the environment of a process.
    """
    environment = session_environment(opening.environment, opening.session_id, opening.requested)
    kind = kind_of(opening.shell)
    if kind not in _STARTS:
        return ShellStart(Spawn((opening.shell, "-i"), environment, opening.cwd), None)
    arguments, extra = _STARTS[kind]({**opening.environment, **opening.requested})
    handover = opening.folder / f"{opening.session_id}-{secrets.token_hex(8)}"
    handover.touch(mode=0o600, exist_ok=False)
    handover.write_text(f"{nonce}\n{' '.join(opening.watched)}\n")
    env = {**environment, **extra, "EIM_HANDOVER": str(handover)}
    return ShellStart(Spawn((opening.shell, *arguments), env, opening.cwd), handover)


type _Start = tuple[tuple[str, ...], dict[str, str]]


def _bash(_: Mapping[str, str]) -> _Start:
    # --rcfile works for non-login shells only; on macOS terminals start login shells, so the
    # script loads the login files there itself
    login = {"EIM_LOGIN": "1"} if sys.platform == "darwin" else {}
    return ("--rcfile", str(INTEGRATION / "eim.bash"), "-i"), login


def _zsh(environment: Mapping[str, str]) -> _Start:
    own = environment.get("ZDOTDIR")
    kept = {} if own is None else {"EIM_ZDOTDIR": own}
    login = ("-l",) if sys.platform == "darwin" else ()
    return (*login, "-i"), {"ZDOTDIR": str(INTEGRATION / "zdotdir"), **kept}


def _fish(_: Mapping[str, str]) -> _Start:
    login = ("-l",) if sys.platform == "darwin" else ()
    return (*login, "-i", "-C", f"source '{INTEGRATION / 'eim.fish'}'"), {}


def _sh(environment: Mapping[str, str]) -> _Start:
    own = environment.get("ENV")
    kept = {} if own is None else {"EIM_ENV": own}
    return ("-i",), {"ENV": str(INTEGRATION / "eim.sh"), **kept}


_STARTS = {"bash": _bash, "zsh": _zsh, "fish": _fish, "sh": _sh, "dash": _sh}
