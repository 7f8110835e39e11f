"""The entry for this server in a client's configuration."""

import sys
from pathlib import Path
from typing import Final, Literal

import msgspec

from services.cli.record import running_stack
from services.cli.refused import Refused
from services.runtime import config
from services.runtime.station import Station

SERVER: Final = "terminals"
"""What clients call this server."""
KEY: Final = "EIM_CLIENT_KEY"


class Stdio(msgspec.Struct, frozen=True):
    """The client starts `eim mcp` itself. The key is in `env`."""

    command: str
    args: tuple[str, ...]
    env: dict[str, str]

    def __repr__(self) -> str:
        return f"Stdio({self.command})"


class Http(msgspec.Struct, frozen=True):
    """The client connects to a stack that runs. The key is in `headers`."""

    type: Literal["http"]
    url: str
    headers: dict[str, str]

    def __repr__(self) -> str:
        return f"Http({self.url})"


type Entry = Stdio | Http


def entry(station: Station, key: str, *, http: bool) -> Entry:
    """Return the entry of a client with this key. Raises Refused where eim is not installed."""
    if http:
        return Http("http", _url(station), {"Authorization": f"Bearer {key}"})
    elsewhere = station.home != config.home({})
    home = {"EIM_HOME": str(station.home.root)} if elsewhere else {}
    return Stdio(str(program()), ("mcp",), {KEY: key, **home})


def block(entry: Entry) -> bytes:
    """Return the block that most clients' files take."""
    return msgspec.json.format(msgspec.json.encode({"mcpServers": {SERVER: entry}}), indent=2)


def program() -> Path:
    """Return the full path of `eim`: a client's PATH is seldom that of a shell."""
    path = Path(sys.executable).parent / "eim"
    if not path.exists():
        raise Refused(f"eim is not installed beside {sys.executable}; run: make setup")
    return path


def _url(station: Station) -> str:
    running = running_stack(station.home)
    if running and running.url:
        return running.url
    server = station.config.server
    host = f"[{server.host}]" if ":" in server.host else server.host
    return f"{'https' if server.tls_certificate else 'http'}://{host}:{server.port}/mcp"
