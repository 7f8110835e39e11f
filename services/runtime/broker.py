"""The embedded broker: a private nats-server that lives as long as the block that runs it."""

import asyncio
import json
import logging
import os
import socket
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import BinaryIO

import msgspec
import psutil
from nats.errors import Error as NatsError

from services.runtime import bound_to_parent, keys, nats_server
from services.runtime.config import Home, broker_rules
from services.runtime.connection import BrokerUnreachable, Login, connect
from services.runtime.nats_server import BrokerUnavailable
from services.runtime.ownership import (
    STOP_WITHIN,
    BrokerAddress,
    forget,
    owned,
    remember,
    remembered,
)
from services.runtime.settings import Clustering, Config
from services.runtime.streams import bytes_reserved

__all__ = ["BrokerAddress", "BrokerUnavailable", "address", "login", "names", "running_broker"]
logger = logging.getLogger(__name__)
LOG_BYTES = 10 * 1024 * 1024


class _Plan(msgspec.Struct, frozen=True):
    """Everything that a start of the broker needs, the same for each restart."""

    home: Home
    port: int
    program: Path
    variables: dict[str, str]
    lock: int

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.home.logs / "broker.log"


@asynccontextmanager
async def running_broker(home: Home, config: Config) -> AsyncGenerator[BrokerAddress]:
    """Run a broker while the block runs, or name the one in NATS_URL. Raises BrokerUnavailable.

    A broker that ends by itself is started again; its clients reconnect.
    """
    if config.clustering.nats_url:
        yield BrokerAddress(url=config.clustering.nats_url)
        return
    home.create()
    async with owned(home) as lock:
        server = _Server(_plan(home, config, lock))
        try:
            await server.start()
            async with asyncio.TaskGroup() as tasks:
                keeper = tasks.create_task(server.keep())
                try:
                    yield address(home, config)
                finally:
                    keeper.cancel()
        finally:
            await server.stop()
            forget(home)


def address(home: Home, config: Config) -> BrokerAddress:
    """Return where the broker is. Raises BrokerUnavailable if none was started."""
    if config.clustering.nats_url:
        return BrokerAddress(url=config.clustering.nats_url)
    if running := remembered(home):
        return running.address
    raise BrokerUnavailable(f"no broker runs for {home.root}; start it with: eim up")


def names(clustering: Clustering) -> tuple[str, ...]:
    """Return how a command could name the broker; unknown where any free port will do."""
    if elsewhere := clustering.nats_url:
        return tuple(url.strip().rpartition("://")[2] for url in elsewhere.split(","))
    port = clustering.broker_port
    return tuple(f"{host}:{port}" for host in ("127.0.0.1", "localhost", "[::1]")) if port else ()


def login(home: Home, at: BrokerAddress, user: keys.User) -> Login:
    """Return what a user needs to log in."""
    return Login(url=at.url, user=user, seed=keys.seed(home.keys, user))


def _plan(home: Home, config: Config, lock: int) -> _Plan:
    port = _port(config.clustering.broker_port)
    variables = {
        **keys.variables(keys.create_keys(home.keys)),
        "EIM_BROKER_NAME": json.dumps(config.clustering.node),
        "EIM_BROKER_PORT": str(port),
        "EIM_BROKER_DIR": json.dumps(str(home.broker), ensure_ascii=False),
        "EIM_BROKER_BYTES": str(bytes_reserved(config.clustering)),
    }
    return _Plan(home, port, nats_server.find(), variables, lock)


class _Server:
    """The process of the broker, and the next one if it dies."""

    def __init__(self, plan: _Plan) -> None:
        self._plan = plan
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it and wait until it answers. Raises BrokerUnavailable."""
        plan = self._plan
        with _log_file(plan.log) as log:
            self._process = process = await asyncio.create_subprocess_exec(
                *_command(plan.program),
                env=plan.variables,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(plan.lock,),
                start_new_session=True,  # an interrupt from the keyboard is ours to handle
            )
        at = BrokerAddress(url=plan.url, pid=process.pid)
        remember(plan.home, at)
        await _until_ready(plan, process, at)

    async def keep(self) -> None:
        """Start it again whenever it ends."""
        while self._process:
            code = await self._process.wait()
            logger.error("the broker ended with code %d and is started again", code)
            await self.start()

    async def stop(self) -> None:
        """Stop it in good order, or else at once."""
        if self._process is None or self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            async with asyncio.timeout(STOP_WITHIN):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


def _command(program: Path) -> list[str]:
    server = [str(program), "--config", str(broker_rules())]
    if sys.platform != "linux":
        return server
    return [sys.executable, "-I", bound_to_parent.__file__, str(os.getpid()), *server]


def _log_file(path: Path) -> BinaryIO:
    """Open the log; one older log is kept."""
    if path.exists() and path.stat().st_size > LOG_BYTES:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab")


READY_WITHIN = 60.0
"""A large log is read in full after a crash of the machine. A broker that dies is seen at once."""


async def _until_ready(plan: _Plan, process: asyncio.subprocess.Process, at: BrokerAddress) -> None:
    try:
        async with asyncio.timeout(READY_WITHIN):
            while not await _answers(login(plan.home, at, "operator")):
                if process.returncode is not None:
                    raise BrokerUnavailable(f"the broker ended while starting: {_last(plan.log)}")
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise BrokerUnavailable(
            f"the broker was not ready within {READY_WITHIN:.0f} s: {_last(plan.log)}"
        ) from None


async def _answers(operator: Login) -> bool:
    try:
        _, writer = await asyncio.open_connection(*operator.url.removeprefix("nats://").split(":"))
        writer.close()
        async with connect(operator, patience=2) as client:
            await client.request("$JS.API.INFO", timeout=2)
    except (NatsError, BrokerUnreachable, OSError):
        return False
    return True


def _last(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()
    return f"{lines[-1] if lines else 'it said nothing'} (see {log})"


def _port(wanted: int) -> int:
    """Return a port that is free now. Raises BrokerUnavailable."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError as error:
            raise BrokerUnavailable(
                f"port {wanted} is taken{_by_whom(wanted)}; stop that, or set"
                " clustering.brokerPort (EIM_CLUSTERING_BROKER_PORT)"
            ) from error
        return probe.getsockname()[1]


def _by_whom(port: int) -> str:
    try:
        listening = psutil.net_connections("tcp")
    except psutil.Error:
        return ""
    pids = {c.pid for c in listening if c.laddr and c.laddr.port == port and c.status == "LISTEN"}
    pid = next(filter(None, pids), None)
    return f" by process {pid} ({psutil.Process(pid).name()})" if pid else ""
