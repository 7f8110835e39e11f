"""Who owns a broker's directory: a lock that the broker itself holds on to, and who started it."""

import asyncio
import fcntl
import os
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import msgspec
import psutil

from services.runtime.config import Home
from services.runtime.holder import has_open
from services.runtime.nats_server import BrokerUnavailable

STOP_WITHIN = 10.0


class BrokerAddress(msgspec.Struct, frozen=True, kw_only=True):
    """Where the broker is; `pid` is 0 where somebody else runs it."""

    url: str
    pid: int = 0


class Running(msgspec.Struct, frozen=True, kw_only=True):
    """A broker that was started, and the process that answers for it."""

    address: BrokerAddress
    owner: int


@asynccontextmanager
async def owned(home: Home) -> AsyncGenerator[int]:
    """Own the directory; yields the lock, which the broker inherits. Raises BrokerUnavailable.

    A broker whose owner was killed still holds the lock. It is stopped, not adopted: it may run
    with keys and ports of before, and nobody would notice its end. A restart loses nothing.
    """
    lock = os.open(_lock(home), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _locked(lock):
            await _take_over(home, lock)
        yield lock
    finally:
        os.close(lock)


def remember(home: Home, address: BrokerAddress) -> None:
    """Write down what runs, for clients and for whoever finds it running."""
    running = Running(address=address, owner=os.getpid())
    draft = _file(home).with_suffix(".new")
    draft.write_bytes(msgspec.json.encode(running))
    draft.rename(_file(home))


def forget(home: Home) -> None:
    """Forget it: it was stopped."""
    _file(home).unlink(missing_ok=True)


def remembered(home: Home) -> Running | None:
    """Return what was written down last, running or not."""
    try:
        return msgspec.json.decode(_file(home).read_bytes(), type=Running)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def _file(home: Home) -> Path:
    return home.run / "broker.json"


def _lock(home: Home) -> Path:
    return home.broker / "lock"


def _locked(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


async def _take_over(home: Home, lock: int) -> None:
    running = remembered(home)
    if running is None or has_open(running.owner, _lock(home)):
        by = f"process {running.owner}" if running else "another process"
        raise BrokerUnavailable(
            f"{home.broker} is in use by {by}; stop it, or set EIM_HOME to another folder"
        )
    for number in (signal.SIGTERM, signal.SIGKILL):
        _signal(home, running.address.pid, number)
        if await _freed(lock):
            return
    raise BrokerUnavailable(
        f"{home.broker} is held by broker {running.address.pid}, which does not stop; end it"
    )


def _signal(home: Home, broker: int, number: signal.Signals) -> None:
    if has_open(broker, _lock(home)):
        with suppress(psutil.NoSuchProcess):  # it just ended
            psutil.Process(broker).send_signal(number)


async def _freed(lock: int) -> bool:
    """Wait for the lock; false where it is still another process's when the time is over."""
    with suppress(TimeoutError):
        async with asyncio.timeout(STOP_WITHIN):
            while not _locked(lock):  # noqa: ASYNC110 - the lock is another process's
                await asyncio.sleep(0.05)
            return True
    return False
