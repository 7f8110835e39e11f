"""Where a session is to be seen, and what can show it there."""

from dataclasses import dataclass
from typing import Protocol

from events.actions import Placement


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be seen, and where."""

    session_id: str
    name: str
    cwd: str
    placement: Placement
    profile: str = ""
    split_from: str = ""


class Showing(Protocol):
    """What opens panes for people. Raises OSError, NoSuchPane."""

    async def show(self, wanted: Wanted) -> str: ...
