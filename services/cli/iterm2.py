"""What `eim doctor` looks at of iTerm2, where that can be."""

import asyncio
import sys
from collections.abc import Iterator

from services.cli import here
from services.cli.finding import Finding, ok
from services.runtime.config import user_environment
from services.runtime.settings import Config


def iterm2(config: Config) -> Iterator[Finding]:
    """Look at the user's iTerm2; one line where there is none to look at."""
    setting = config.terminal.iterm2
    if setting == "off":
        yield ok("iTerm2", "not used: terminal.iterm2 is off")
    elif setting == "auto" and sys.platform != "darwin":
        yield ok("iTerm2", f"does not apply: it runs on macOS, and this is {sys.platform}")
    else:
        from services.session_driver.iterm2_checks import looked_at

        for each in asyncio.run(looked_at(user_environment(), here.variable("SHELL"))):
            yield Finding(each.name, each.level, each.text, each.step)
