"""Profiles: what a session is made of. Keys and values as in iTerm2's preferences."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import uuid4

from iterm2 import api_pb2 as api

from tests.iterm2_server.values import Json

DEFAULTS: dict[str, Json] = {
    "Name": "Default",
    "Custom Command": "No",
    "Command": "",
    "Custom Directory": "No",
    "Working Directory": "",
    "Columns": 80,
    "Rows": 25,
    "Scrollback Lines": 1000,
    "Unlimited Scrollback": False,
    "Close Sessions On End": True,
    "Session Close Undo Timeout": 5,
    "Load Shell Integration Automatically": False,
    "Prompt Before Closing 2": 2,
    "Badge Text": "",
    "Use Tab Color": False,
    "Tags": [],
}
UNLIMITED = 10_000_000


class Malformed(ValueError):
    """A value is no JSON, or of a type that the key cannot have."""


def assigned(pairs: Iterable[tuple[str, str]]) -> dict[str, Json]:
    """Decode assignments, each value JSON."""
    found: dict[str, Json] = {}
    for key, text in pairs:
        try:
            found[key] = json.loads(text)
        except json.JSONDecodeError as error:
            raise Malformed(key) from error
        if key in DEFAULTS and isinstance(found[key], str) != isinstance(DEFAULTS[key], str):
            raise Malformed(key)
    return found


def told(profile: Mapping[str, Json], keys: Iterable[str]) -> list[api.ProfileProperty]:
    """Encode these keys; all where none is named, and none that is not there."""
    wanted = list(keys) or list(profile)
    return [
        api.ProfileProperty(key=key, json_value=json.dumps(profile[key]))
        for key in wanted
        if key in profile
    ]


def scrollback(profile: Mapping[str, Json]) -> int:
    lines = profile["Scrollback Lines"]
    if profile["Unlimited Scrollback"]:
        return UNLIMITED
    return lines if isinstance(lines, int) else 0


@dataclass
class Profiles:
    """The profiles of a person; the first is the default."""

    all: list[dict[str, Json]] = field(default_factory=list[dict[str, Json]])

    def add(self, name: str, **properties: Json) -> str:
        """Add one and return its id. Blanks in a key are written as underscores."""
        guid = str(uuid4()).upper()
        given = {key.replace("_", " "): value for key, value in properties.items()}
        self.all.append({**DEFAULTS, **given, "Name": name, "Guid": guid})
        return guid

    def find(self, guid: str) -> dict[str, Json] | None:
        return next((profile for profile in self.all if profile["Guid"] == guid), None)

    def copy(self, name: str, changes: Mapping[str, Json]) -> dict[str, Json] | None:
        """Make what a session gets; None where there is no profile of this name."""
        found = [profile for profile in self.all if not name or profile["Name"] == name]
        return {**found[0], "Original Guid": found[0]["Guid"], **changes} if found else None
