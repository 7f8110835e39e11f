"""A real, provisioned broker for every test that needs one."""

import os
from collections.abc import AsyncIterator, Generator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio
from hypothesis import settings
from nats.aio.client import Client

from services.runtime import broker as embedded
from services.runtime.config import Home
from services.runtime.connection import connect
from services.runtime.keys import User
from services.runtime.settings import MIB, Clustering, Config
from services.runtime.streams import provision

# How long an example takes says more about the machine than about the code.
settings.register_profile("untimed", settings.get_profile("default"), deadline=None)
if settings.get_current_profile_name() == "default":
    settings.load_profile("untimed")


class Broker(msgspec.Struct, frozen=True):
    """A running broker with its streams, and the home that holds its keys."""

    home: Home
    config: Config
    address: embedded.BrokerAddress

    def connect(self, user: User) -> AbstractAsyncContextManager[Client]:
        """Connect as one of the users of nats.conf."""
        return connect(embedded.login(self.home, self.address, user))


def small_config() -> Config:
    """A configuration that picks a free port and reserves little."""
    return Config(
        clustering=Clustering(
            node="test", broker_port=0, events_max_bytes=256 * MIB, output_max_bytes=256 * MIB
        )
    )


@asynccontextmanager
async def provisioned(home: Home, config: Config) -> AsyncIterator[Broker]:
    """Run a broker with its streams in this home."""
    async with embedded.running_broker(home, config) as address:
        broker = Broker(home, config, address)
        async with broker.connect("operator") as operator:
            await provision(operator, config.clustering)
        yield broker


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def broker(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Broker]:
    """One broker for the whole run: use a node or session of your own to stay apart."""
    home = Home(tmp_path_factory.mktemp("home"))
    async with provisioned(home, small_config()) as running:
        yield running


@pytest_asyncio.fixture
async def own_broker(tmp_path: Path) -> AsyncIterator[Broker]:
    """A broker of this test alone, which it may stop, kill or fill."""
    async with provisioned(Home(tmp_path / "home"), small_config()) as running:
        yield running


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail what would be skipped, where everything is required to be there."""
    report = yield
    if report.skipped and os.environ.get("EIM_REQUIRE_ALL") == "1":
        report.outcome = "failed"
        report.longrepr = f"EIM_REQUIRE_ALL=1, but {item.name} was skipped: {call.excinfo}"
    return report
