"""An iTerm2 whose first session was adopted."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.iterm2_server.server import Options, Server
from tests.support.adoption import Adoption, adopted
from tests.support.iterm2 import running_server


@pytest.fixture(params=[(1, 11), (1, 17)], ids=["1.11", "1.17"])
async def server(request: pytest.FixtureRequest) -> AsyncIterator[Server]:
    async with running_server(Options(protocol=request.param, undo_seconds=2.0)) as one:
        yield one


@pytest.fixture
async def adoption(server: Server, tmp_path: Path) -> AsyncIterator[Adoption]:
    async with adopted(server, tmp_path) as one:
        yield one
