"""Facts about the rules that calls are judged by."""

from typing import Literal

from events.base import SessionEvent


class PolicyLayerLoaded(SessionEvent):
    """A policy file came into force; it is stored once for each content."""

    layer: Literal["built-in", "admin", "user", "workspace"]
    path: str
    sha256: str
    content: str
