"""An HTTP server inside an event loop that somebody else owns."""

import asyncio
import errno
import socket
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

import msgspec
import uvicorn
from starlette.types import ASGIApp

GRACE_S: Final = 3
"""Seconds that requests have to end in. A tool call that is cut off here goes on in the log."""


class CannotListen(Exception):
    """An endpoint cannot be opened as it is configured."""


class Address(msgspec.Struct, frozen=True):
    """Where to listen, and the setting that says so. Port 0 is any free one."""

    host: str
    port: int
    setting: str


class Certificate(msgspec.Struct, frozen=True):
    """The files of a certificate and its key; empty for plain HTTP."""

    file: str = ""
    key: str = ""


@asynccontextmanager
async def listening(
    app: ASGIApp, address: Address, certificate: Certificate | None = None
) -> AsyncGenerator[int]:
    """Answer while the block runs; gives the port. Raises CannotListen."""
    tls = certificate or Certificate()
    with _bound(address) as listener:
        server = _Embedded(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=GRACE_S,
                ssl_certfile=tls.file or None,
                ssl_keyfile=tls.key or None,
            )
        )
        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(server.serve(sockets=[listener]))
            await server.answering(task, address)
            try:
                yield listener.getsockname()[1]
            finally:
                server.should_exit = True
                await asyncio.wait({task}, timeout=GRACE_S + 2)


class _Embedded(uvicorn.Server):
    """Leaves the process's signals alone: they belong to whoever started the loop."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield

    async def answering(self, task: asyncio.Task[None], address: Address) -> None:
        """Wait until requests are answered."""
        while not self.started:
            if task.done():
                raise CannotListen(f"The endpoint of {address.setting} stopped as it started.")
            await asyncio.sleep(0.01)


@contextmanager
def _bound(address: Address) -> Generator[socket.socket]:
    # Bound here because uvicorn answers a taken port by ending the process.
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((address.host, address.port))
        except OSError as error:
            raise _cannot_bind(address, error) from error
        yield listener


def _cannot_bind(address: Address, error: OSError) -> CannotListen:
    where = f"{address.host}:{address.port}"
    if error.errno == errno.EADDRINUSE:
        return CannotListen(
            f"{where} is in use by another program, perhaps by another enhanced-iterm-mcp. "
            f"Stop it, or set {address.setting} to another one."
        )
    return CannotListen(f"Cannot listen on {where}: {error.strerror}.")
