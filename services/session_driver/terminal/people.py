"""The terminals of people that this node may use. What they need is loaded only where they are."""

import sys
from typing import TYPE_CHECKING, Literal

from services.runtime.background import Background
from services.runtime.config import environment, user_environment
from services.runtime.own_command import own_command
from services.runtime.station import Station

if TYPE_CHECKING:
    from services.session_driver.terminal.iterm2.backend import ITerm2

MACOS = "darwin"


def has_iterm2(setting: Literal["auto", "on", "off"], platform: str = sys.platform) -> bool:
    """Tell whether iTerm2 may be there."""
    return setting == "on" or (setting == "auto" and platform == MACOS)


def iterm2_of(station: Station, tasks: Background) -> "ITerm2 | None":
    """Return the iTerm2 of this user; it is connected to when it is first needed."""
    if not has_iterm2(station.config.terminal.iterm2):
        return None
    from services.session_driver.terminal.iterm2.backend import ITerm2
    from services.session_driver.terminal.iterm2.place import Place
    from services.session_driver.terminal.iterm2.view import View

    place, folder = Place.of(user_environment()), station.home.state / "iterm2"
    iterm2 = ITerm2(place, folder, tasks)
    environ = environment()
    iterm2.view = View(iterm2.link, lambda session: own_command(environ, "attach", session))
    return iterm2
