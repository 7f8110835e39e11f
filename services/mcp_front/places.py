"""The addresses of resources: term://sessions/ID/screen and the like."""

import re
from typing import Final, Literal

from events.base import Value
from services.mcp_front.views import Watched

type Kind = Literal["screen", "output", "recording"]

_ID: Final = r"(?P<id>[A-Za-z0-9][A-Za-z0-9_-]{0,63})"
_FORMS: Final[dict[Kind, re.Pattern[str]]] = {
    "screen": re.compile(rf"term://sessions/{_ID}/screen"),
    "output": re.compile(rf"term://commands/{_ID}/output"),
    "recording": re.compile(
        rf"term://sessions/{_ID}/recording\.cast(?:\?from=(?P<from>[0-9]{{1,18}}))?"
    ),
}


class Place(Value):
    """What an address names; `offset` is where a page of a recording begins."""

    kind: Kind
    id: str
    offset: int = 0

    @property
    def watched(self) -> Watched:
        """Whose output changes it."""
        if self.kind == "output":
            return Watched(call_id=self.id)
        return Watched(session_id=self.id)


def place_of(uri: str) -> Place | None:
    """Return what an address names, None where it is none of ours."""
    for kind, form in _FORMS.items():
        if found := form.fullmatch(uri):
            offset = found.groupdict().get("from") or "0"
            return Place(kind=kind, id=found["id"], offset=int(offset))
    return None


def screen_of(session_id: str) -> str:
    """Return the address of a session's screen."""
    return f"term://sessions/{session_id}/screen"


def recording_of(session_id: str, offset: int = 0) -> str:
    """Return the address of a session's recording, or of a later page of it."""
    page = f"?from={offset}" if offset else ""
    return f"term://sessions/{session_id}/recording.cast{page}"
