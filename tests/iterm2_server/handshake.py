"""What iTerm2 demands of the HTTP request that opens a connection."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import uuid4

from websockets.datastructures import Headers

SUBPROTOCOL = "api.iterm2.com"
MOST_HEADERS = 100
OLDEST_PYTHON_LIBRARY = 0.24
OLDEST_WEBSOCKET = 13
_LOCAL = ("localhost", "127.0.0.1", "[::1]")
_EXACT = {
    "upgrade": "websocket",
    "connection": "upgrade",
    "sec-websocket-protocol": SUBPROTOCOL,
}


class Refused(Exception):
    """The request is answered with this status and reason."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status} {reason}")
        self.status = status
        self.reason = reason


@dataclass(frozen=True)
class Visitor:
    """Who asks to be let in."""

    key: str
    name: str
    library: str
    cookie: str | None
    may_be_asked: bool


def read(path: str, headers: Headers) -> Visitor:
    """Return who asks, or raise Refused."""
    if path != "/":
        raise Refused(400, "Bad Request")
    if len(list(headers.raw_items())) >= MOST_HEADERS or "content-length" in headers:
        raise Refused(400, "Bad Request")
    for name, wanted in _EXACT.items():
        if _one(headers, name).lower() != wanted:
            raise Refused(400, "Bad Request")
    _websocket(headers)
    _origin(headers)
    return Visitor(
        key=headers.get("x-iterm2-key") or str(uuid4()).upper(),
        name=headers.get("x-iterm2-advisory-name", ""),
        library=_library(headers),
        cookie=headers.get("x-iterm2-cookie"),
        may_be_asked="x-iterm2-disable-auth-ui" not in headers,
    )


def _one(headers: Headers, name: str) -> str:
    values = headers.get_all(name)
    if len(values) != 1 or not values[0]:
        raise Refused(400, "Bad Request")
    return values[0]


def _websocket(headers: Headers) -> None:
    _one(headers, "sec-websocket-key")
    version = _one(headers, "sec-websocket-version")
    if not version.isdigit() or int(version) < OLDEST_WEBSOCKET:
        raise Refused(400, "Bad Request")


def _origin(headers: Headers) -> None:
    host = re.sub(r":\d+$", "", _one(headers, "host"))
    if host not in _LOCAL or urlsplit(_one(headers, "origin")).hostname != "localhost":
        raise Refused(400, "Bad Request")


def _library(headers: Headers) -> str:
    library = _one(headers, "x-iterm2-library-version")
    match = re.fullmatch(r"(\S+) (\d+(?:\.\d+)?)", library)
    if match is None:
        raise Refused(400, "Bad Request")
    if match[1] == "python" and float(match[2]) < OLDEST_PYTHON_LIBRARY:
        raise Refused(406, "Unacceptable (upgrade Python library)")
    return library
