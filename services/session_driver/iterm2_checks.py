"""What `eim doctor` is told of iTerm2. Looks only; no byte reaches a terminal."""

from collections.abc import Mapping

from services.session_driver.terminal.iterm2.checks import Check, checks
from services.session_driver.terminal.iterm2.place import Place


async def looked_at(environment: Mapping[str, str], shell: str) -> list[Check]:
    """Look at the iTerm2 of the user with this environment."""
    return [each async for each in checks(Place.of(environment), shell)]
