"""Where a command works: the home and the configuration of this user."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from services.runtime import broker, config, connection
from services.runtime.data_folder import check_place
from services.runtime.keys import User
from services.runtime.log import Log
from services.runtime.nats_server import BrokerUnavailable
from services.runtime.station import Station

PATIENCE = 3.0
NATS_PORT = 4222


def station(flags: Mapping[str, object] | None = None) -> Station:
    """Return the station of this environment. Raises ConfigError, HomeUnusable."""
    found = configured(flags)
    check_place(found.home.root)
    return found


def configured(flags: Mapping[str, object] | None = None) -> Station:
    """Return the station, whatever there is in place of its home. Raises ConfigError."""
    environ = config.environment()
    loaded = config.load(flags or {}, environ, Path.cwd())
    return Station(config.home(environ), loaded, asyncio.Event())


def variable(name: str) -> str:
    """Return one variable of our environment, empty where it is not set."""
    return config.environment().get(name, "")


@asynccontextmanager
async def log(station: Station, user: User = "cli") -> AsyncGenerator[Log]:
    """Log in as a person's command does: at once or not at all. Raises BrokerUnavailable."""
    logging.getLogger(connection.__name__).setLevel(logging.CRITICAL)  # the failure is told once
    await reachable(broker.address(station.home, station.config).url, "start it with: eim up")
    async with station.log(user) as opened:
        yield opened


async def reachable(broker_url: str, otherwise: str) -> None:
    """Raise BrokerUnavailable where nothing listens at the broker's address."""
    url = urlsplit(broker_url.split(",", maxsplit=1)[0])
    try:
        async with asyncio.timeout(PATIENCE):
            _, writer = await asyncio.open_connection(url.hostname, url.port or NATS_PORT)
            writer.close()
    except (OSError, TimeoutError) as error:
        raise BrokerUnavailable(f"no broker answers at {url.netloc}; {otherwise}") from error
