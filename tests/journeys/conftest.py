"""The whole stack as a user starts it, for clients that know nothing of its inside."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio

from services.mcp_front.credentials import ClientKeys

EIM = (sys.executable, "-m", "services.cli")


class Stack(msgspec.Struct, frozen=True):
    """A running stack: its MCP URL, a key for it, and the environment that commands need."""

    url: str
    token: str
    home: Path
    environment: dict[str, str]

    async def eim(self, *arguments: str) -> tuple[int, str]:
        """Run a command of ours; return its exit code and what it printed."""
        process = await asyncio.create_subprocess_exec(
            *EIM, *arguments, env=self.environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        async with asyncio.timeout(60):
            said, _ = await process.communicate()
        return process.returncode or 0, said.decode()


def environment(home: Path) -> dict[str, str]:
    """Return what a stack on free ports in this home is started with."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("EIM_")},
        "EIM_HOME": str(home),
        "EIM_SERVER_PORT": "0",
        "EIM_SERVER_HEALTH_PORT": "0",
        "EIM_CLUSTERING_BROKER_PORT": "0",
        "EIM_PERFORMANCE_MAX_SESSIONS": "50",
        "SHELL": "/bin/bash",
    }


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """One stack for all journeys."""
    async with started_in(tmp_path_factory.mktemp("home")) as stack:
        yield stack


@asynccontextmanager
async def started_in(home: Path, **settings: str) -> AsyncIterator[Stack]:
    """Start a stack as a user does, and stop it so."""
    started = Stack("", "", home, environment(home) | settings)
    code, said = await started.eim("up", "--detach")
    assert code == 0, said
    url = next(word for word in said.split() if word.startswith("http://"))
    try:
        yield Stack(url, ClientKeys(home).issue("tester"), home, started.environment)
    finally:
        code, said = await started.eim("down")
        assert code == 0, said
