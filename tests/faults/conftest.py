"""Whole systems: one that every test may use, and one of its own for a test that breaks it."""

from collections.abc import AsyncIterator
from itertools import count

import pytest
import pytest_asyncio

from services.runtime.clock import Clock
from services.runtime.config import Home
from services.runtime.log import Log
from tests.conftest import Broker, provisioned, small_config
from tests.system import NODE, System, system_on

ALL = ("session_driver", "safety_reviewer", "mcp_front")
TESTERS = count(1)


@pytest_asyncio.fixture
async def system(own_broker: Broker) -> AsyncIterator[System]:
    """A broker and no service yet."""
    async with system_on(own_broker) as system:
        yield system


@pytest_asyncio.fixture
async def alone(system: System) -> System:
    """The broker and all services, for this test alone."""
    await system.start(*ALL)
    return system


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def unbroken(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[System]:
    """The broker and all services, once for the whole run."""
    home = Home(tmp_path_factory.mktemp("home"))
    async with provisioned(home, small_config()) as broker, system_on(broker) as system:
        await system.start(*ALL)
        yield system


@pytest_asyncio.fixture
async def running(unbroken: System) -> AsyncIterator[System]:
    """The system that others use too, as a client of its own that sees only what is new."""
    async with unbroken.broker.connect("cli") as client:
        log = Log(client, NODE, Clock(), "cli")
        system = System(unbroken.broker, log, f"tester{next(TESTERS)}")
        await system.begin()
        system.url, system.services = unbroken.url, unbroken.services
        yield system
        async with system.client() as assistant:
            await assistant.close_all()
