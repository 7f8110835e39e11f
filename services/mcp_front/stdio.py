"""Serves one client over standard input and output, inside an event loop somebody else owns."""

import asyncio
import os
import shutil
import stat
import threading
from asyncio import StreamReader, StreamReaderProtocol, StreamWriter
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, contextmanager, suppress

import msgspec
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.shared.message import SessionMessage
from mcp.types import ErrorData, JSONRPCError

from services.mcp_front.messages import INVALID_REQUEST, Error, Fault, fault

LONGEST_LINE = 64 * 1024 * 1024
"""Bytes of one message: a command may be a MiB, and JSON may write a byte as six."""
TOO_LONG = Fault(Error(INVALID_REQUEST, f"A message may have {LONGEST_LINE} bytes at most."))

type Answer = Callable[[SessionMessage], Awaitable[None]]


async def serve(server: Server) -> None:
    """Answer the client until it no longer writes or reads; may be cancelled at any time.

    Nothing but protocol reaches standard output: meanwhile prints go to standard error.
    """
    async with (
        _input() as lines,
        _output(lines.end) as printer,
        stdio_server(
            stdin=lines,  # pyright: ignore[reportArgumentType] - it only iterates over the lines
            stdout=printer,  # pyright: ignore[reportArgumentType] - it only writes and flushes
        ) as (incoming, outgoing),
    ):
        lines.answer.set_result(outgoing.send)
        await server.run(incoming, outgoing, server.create_initialization_options())


@contextmanager
def _private(descriptor: int, instead: int) -> Generator[int]:
    """Move a standard stream out of the way, so that no child process touches the protocol."""
    private = os.dup(descriptor)
    os.dup2(instead, descriptor)
    os.close(instead)
    try:
        yield private
    finally:
        os.dup2(private, descriptor)
        os.close(private)


class _Lines:
    """Lines read by the loop: the SDK's own reader needs a thread, and cannot be cancelled.

    Those that are no message are answered here, where the SDK would drop them in silence.
    """

    def __init__(self, reader: StreamReader, end: Callable[[], None]) -> None:
        self._reader = reader
        self.end = end
        loop = asyncio.get_running_loop()
        self.answer: asyncio.Future[Answer] = loop.create_future()

    def __aiter__(self) -> "_Lines":
        return self

    async def __anext__(self) -> str:
        while line := await self._line():
            wrong = fault(line) if line.strip() else None
            if wrong:
                await self._refuse(wrong)
            elif line.strip():
                return line.decode()
        raise StopAsyncIteration

    async def _line(self) -> bytes:
        try:
            return await self._reader.readline()
        except ValueError:  # what is left of it is no message either
            await self._refuse(TOO_LONG)
            return b"\n"

    async def _refuse(self, wrong: Fault) -> None:
        error = JSONRPCError(
            jsonrpc="2.0", id=wrong.id, error=ErrorData(**msgspec.to_builtins(wrong.error))
        )
        await (await self.answer)(SessionMessage(error))


class _Printer:
    """Writes by the loop: the SDK's own writer hands each line to a thread.

    A client that reads no more has left, whether or not it closed our input: that ends here too.
    """

    def __init__(self, writer: StreamWriter, left: Callable[[], None]) -> None:
        self._writer = writer
        self._left = left

    async def write(self, text: str) -> None:
        if not self._writer.is_closing():
            self._writer.write(text.encode())

    async def flush(self) -> None:
        try:
            await self._writer.drain()
        except (BrokenPipeError, ConnectionResetError):
            self._left()


@asynccontextmanager
async def _input() -> AsyncGenerator[_Lines]:
    with _private(0, os.open(os.devnull, os.O_RDONLY)) as descriptor:
        source = os.dup(descriptor) if _is_pipe(descriptor) else _piped(descriptor)
        reader = StreamReader(limit=LONGEST_LINE)
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: StreamReaderProtocol(reader), os.fdopen(source, "rb", buffering=0)
        )
        try:
            yield _Lines(reader, transport.close)
        finally:
            transport.close()


@asynccontextmanager
async def _output(left: Callable[[], None]) -> AsyncGenerator[_Printer | None]:
    """Yield None where standard output is a file or a terminal: the SDK's writer can do those."""
    if not _is_pipe(1):
        yield None
        return
    loop = asyncio.get_running_loop()
    with _private(1, os.dup(2)) as descriptor:
        transport, protocol = await loop.connect_write_pipe(
            lambda: StreamReaderProtocol(StreamReader()),
            os.fdopen(os.dup(descriptor), "wb", buffering=0),
        )
        transport.set_write_buffer_limits(0)  # a flush waits until the client has it all
        try:
            yield _Printer(StreamWriter(transport, protocol, None, loop), left)
        finally:
            transport.close()


def _is_pipe(descriptor: int) -> bool:
    mode = os.fstat(descriptor).st_mode
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def _piped(descriptor: int) -> int:
    """Return a pipe that carries what a file or terminal holds; the loop can wait for no file."""
    read_end, write_end = os.pipe()

    def copy() -> None:
        with (
            os.fdopen(os.dup(descriptor), "rb", buffering=0) as source,
            os.fdopen(write_end, "wb", buffering=0) as pipe,
            suppress(BrokenPipeError),  # nobody listens any more
        ):
            shutil.copyfileobj(source, pipe)

    threading.Thread(target=copy, name="stdin", daemon=True).start()
    return read_end
