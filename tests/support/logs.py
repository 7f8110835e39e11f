"""Logs of a real broker as services see them, and what can happen to the broker."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Generator
from contextlib import asynccontextmanager, contextmanager

import msgspec
import psutil

from services.runtime.clock import Clock
from services.runtime.connection import Client
from services.runtime.keys import User
from services.runtime.log import Log
from services.runtime.ownership import remembered
from tests.conftest import Broker


@asynccontextmanager
async def log_of(broker: Broker, user: User, node: str = "test") -> AsyncGenerator[Log]:
    """Log in as one of the services."""
    async with broker.connect(user) as client:
        yield Log(client, node, Clock(), user)


@asynccontextmanager
async def running(work: Coroutine[None, None, None]) -> AsyncGenerator[asyncio.Task[None]]:
    """Run something for the length of a block; its failure is the block's."""
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(work)
        yield task
        task.cancel()


async def until(condition: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0.01)


async def until_so(condition: Callable[[], Awaitable[object]], seconds: float = 10.0) -> None:
    """Wait until asking for it gives something true."""
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0.02)


async def all_heard(client: Client) -> None:
    """Have all that this client said reach the broker.

    A flush overtakes a subscription that waits to be written; a second one does not.
    """
    await client.flush()
    await client.flush()


def pid_of(broker: Broker) -> int:
    """Return the process that the broker is now."""
    found = remembered(broker.home)
    assert found
    return found.address.pid


def kill(broker: Broker) -> None:
    """Kill the broker; it is started again."""
    os.kill(pid_of(broker), signal.SIGKILL)


@contextmanager
def silent(broker: Broker) -> Generator[None]:
    """Stop the broker in its tracks for the length of a block."""
    pid = pid_of(broker)
    os.kill(pid, signal.SIGSTOP)
    while psutil.Process(pid).status() != psutil.STATUS_STOPPED:
        time.sleep(0.001)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


async def administer(broker: Broker, what: str, body: object = None) -> dict[str, object]:
    """Ask JetStream for something as the operator."""
    payload = b"" if body is None else msgspec.json.encode(body)
    async with broker.connect("operator") as operator:
        reply = await operator.request(f"$JS.API.{what}", payload, timeout=5)
    return msgspec.json.decode(reply.data, type=dict[str, object])
