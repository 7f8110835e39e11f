"""Asks for the cookie that lets one connection in. macOS may ask the person first."""

import asyncio
import re
import shutil
import subprocess

from services.session_driver.terminal.iterm2.place import Place
from services.session_driver.terminal.iterm2.trouble import (
    ApiOff,
    ITerm2Trouble,
    NoConsent,
    NoSocket,
)

NAME = "enhanced-iterm-mcp"
PATIENCE = 20.0
"""Seconds for a person to answer the question of macOS."""
_NUMBER = re.compile(r"\((-?\d+)\)\s*$")
_API_OFF, _DECLINED, _NOT_RUNNING, _NOT_PERMITTED = 1, 2, -600, -1743


async def cookie_and_key(place: Place, patience: float = PATIENCE) -> tuple[str, str]:
    """Return what the handshake shows; empty where every program is let in.

    The question may show a dialog, so it is asked in a process that can be left alone.
    Raises ITerm2Trouble.
    """
    if place.lets_all_in():
        return "", ""
    said = await asyncio.to_thread(_asked, place, patience)
    cookie, _, key = said.strip().partition(" ")
    return cookie, key


def _asked(place: Place, patience: float) -> str:
    osascript = shutil.which("osascript", path=place.path)
    if osascript is None:
        raise ITerm2Trouble(
            "There is no osascript here, so no cookie of iTerm2 can be asked for.",
            "iTerm2 runs on macOS only; on a Mac, have /usr/bin on PATH.",
        )
    pipe = subprocess.PIPE
    with subprocess.Popen([osascript, "-"], stdin=pipe, stdout=pipe, stderr=pipe) as asking:
        try:
            said, failed = asking.communicate(_script(place).encode(), patience)
        except subprocess.TimeoutExpired:
            asking.kill()
            raise NoConsent(f"nobody answered the question of macOS in {patience:g} s.") from None
    if asking.returncode:
        raise _trouble(failed.decode(errors="replace").strip(), place)
    return said.decode(errors="replace")


def _script(place: Place) -> str:
    name = place.application.replace("\\", "\\\\").replace('"', '\\"') or "iTerm2"
    return f'tell application "{name}" to request cookie and key for app named "{NAME}"'


def _trouble(said: str, place: Place) -> ITerm2Trouble:
    found = _NUMBER.search(said)
    number = int(found[1]) if found else 0
    if number == _API_OFF:
        return ApiOff()
    if number == _NOT_RUNNING:
        return NoSocket(str(place.socket))
    if number in (_DECLINED, _NOT_PERMITTED):
        return NoConsent(said)
    return ITerm2Trouble(f"iTerm2 gave no cookie: {said}", "Update iTerm2 to 3.5.11 or later.")
