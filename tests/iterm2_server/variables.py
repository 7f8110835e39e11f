"""The variables of a session, a tab, a window or the whole application."""

import json
import re
from collections.abc import Callable

from tests.iterm2_server.values import Json

SETTABLE = re.compile(r"user\.[^.]+")


class Variables:
    """Named values; whoever watches hears of each change."""

    def __init__(self, scope: str, changed: Callable[[str, Json], None], **values: Json) -> None:
        self._scope = scope
        self._changed = changed
        self._values: dict[str, Json] = dict(values)

    def __setitem__(self, name: str, value: Json) -> None:
        if self._values.get(name) == value:
            return
        if value is None:
            self._values.pop(name, None)
        else:
            self._values[name] = value
        self._changed(name, value)

    def __getitem__(self, name: str) -> Json:
        return self._values.get(self.plain(name))

    def plain(self, name: str) -> str:
        """Return the name without the scope that it may be prefixed by."""
        return name.removeprefix(f"{self._scope}.")

    def encoded(self, name: str) -> str:
        return json.dumps(self._values if name == "*" else self[name])
