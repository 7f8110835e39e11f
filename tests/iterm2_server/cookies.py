"""Cookies: who has one is let in, as a rule once."""

import secrets
from dataclasses import dataclass, field


@dataclass
class Jar:
    """The valid cookies; they live in memory, so none outlives the server."""

    single: set[str] = field(default_factory=set[str])
    reusable: set[str] = field(default_factory=set[str])

    def mint(self, *, reusable: bool = False) -> str:
        cookie = secrets.token_hex(16)
        (self.reusable if reusable else self.single).add(cookie)
        return cookie

    def take(self, cookie: str | None) -> bool:
        """Say whether a cookie is valid; one for a single use is gone then."""
        if cookie is None:
            return False
        if cookie in self.reusable:
            return True
        if cookie in self.single:
            self.single.remove(cookie)
            return True
        return False
