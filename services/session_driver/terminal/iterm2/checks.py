"""What iTerm2 needs before it can be used, each with the person's next step."""

import plistlib
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

import msgspec

from services.runtime.background import background
from services.session_driver.terminal.iterm2.api_session import layout
from services.session_driver.terminal.iterm2.link import Link
from services.session_driver.terminal.iterm2.place import Place
from services.session_driver.terminal.iterm2.trouble import MAGIC, ITerm2Trouble

OLDEST = (3, 5, 11)
"""Earlier versions have CVE-2025-22275."""
DOMAIN = "com.googlecode.iterm2"
CONSENT = 30.0
"""Seconds for a person to answer what macOS asks at the first connection."""
PATIENCE = 5.0


class Check(msgspec.Struct, frozen=True):
    """What was found; `step` is empty where nothing is to be done."""

    name: str
    level: Literal["ok", "note", "wrong"]
    text: str
    step: str = ""


async def checks(place: Place, shell: str) -> AsyncIterator[Check]:
    """Look at iTerm2 from outside to inside; what is not there is not looked into."""
    yield version(place)
    yield api(place)
    reached = listening(place)
    yield reached
    if reached.level == "ok":
        yield await consent(place)
    yield integration(place.home, shell)
    yield escape_sequences(place)


def version(place: Place) -> Check:
    """The application itself."""
    chosen = [Path(place.application)] if place.application else []
    homes = (Path("/Applications"), place.home / "Applications")
    found = [app for app in (*chosen, *(home / "iTerm.app" for home in homes)) if app.is_dir()]
    if not found:
        return Check("iTerm2", "wrong", "iTerm.app was not found", "install it from iterm2.com")
    info = plistlib.loads((found[0] / "Contents" / "Info.plist").read_bytes())
    told = str(info.get("CFBundleShortVersionString", ""))
    if _numbers(told) < OLDEST:
        step = f"update iTerm2 to {'.'.join(map(str, OLDEST))} or later"
        return Check("iTerm2", "wrong", f"{told} at {found[0]}", step)
    return Check("iTerm2", "ok", f"{told} at {found[0]}")


def _numbers(told: str) -> tuple[int, ...]:
    parts = told.replace("beta", ".").replace("b", ".").split(".")
    return tuple(int(part) for part in parts if part.isdigit())


def api(place: Place) -> Check:
    """The setting that lets programs talk to iTerm2."""
    if _setting(place, "EnableAPIServer") == "1":
        return Check("iTerm2 API", "ok", "the Python API is on")
    step = f"turn on {MAGIC} > Enable Python API"
    return Check("iTerm2 API", "wrong", "the Python API is off", step)


def listening(place: Place) -> Check:
    """The socket that iTerm2 listens on."""
    try:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(PATIENCE)
            probe.connect(str(place.socket))
    except OSError as error:
        step = f"start iTerm2 with {MAGIC} > Enable Python API on"
        return Check("iTerm2 socket", "wrong", f"{place.socket}: {error.strerror or error}", step)
    return Check("iTerm2 socket", "ok", str(place.socket))


async def consent(place: Place) -> Check:
    """Whether we are let in; macOS may ask the person now."""
    async with background() as tasks:
        link = Link(place, tasks, CONSENT)
        try:
            windows = len((await layout(link)).windows)
        except ITerm2Trouble as trouble:
            return Check("iTerm2 consent", "wrong", trouble.reason, trouble.step)
        finally:
            link.close()
    return Check("iTerm2 consent", "ok", f"let in; windows that are open: {windows}")


def integration(home: Path, shell: str) -> Check:
    """The shell integration, from which the end of each command in an adopted session is known."""
    kind = Path(shell).name or "zsh"
    file = home / f".iterm2_shell_integration.{kind}"
    if file.exists():
        return Check("integration", "ok", str(file))
    step = "iTerm2 > Install Shell Integration, then open a new window"
    text = f"no {file.name}: the end of commands in adopted {kind} sessions is only inferred"
    return Check("integration", "note", text, step)


def escape_sequences(place: Place) -> Check:
    """The setting that keeps what programs print from reaching beyond their window."""
    if _setting(place, "DisablePotentiallyInsecureEscapeSequences") == "1":
        return Check("escapes", "ok", "potentially insecure escape sequences are disabled")
    step = "iTerm2 > Settings > Advanced: set Disable potentially insecure escape sequences to Yes"
    return Check("escapes", "note", "potentially insecure escape sequences are obeyed", step)


def _setting(place: Place, name: str) -> str:
    """Return a setting as `defaults` tells it, empty where it was never set."""
    defaults = shutil.which("defaults", path=place.path)
    if defaults is None:
        return ""
    try:
        return subprocess.check_output(
            [defaults, "read", DOMAIN, name], text=True, timeout=PATIENCE, stderr=subprocess.DEVNULL
        ).strip()
    except (OSError, subprocess.SubprocessError):
        return ""
