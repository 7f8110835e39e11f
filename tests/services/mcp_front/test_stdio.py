"""The stdio transport, in a process of its own."""

import asyncio
import json
import os
import pty
import sys
import tty
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from mcp import Client, StdioServerParameters

ROOT = Path(__file__).parents[3]
PROGRAM = [sys.executable, "-m", "tests.services.mcp_front.stdio_program"]
PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}


@asynccontextmanager
async def started() -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        *PROGRAM, cwd=ROOT, stdin=PIPE, stdout=PIPE, stderr=PIPE
    )
    try:
        async with asyncio.timeout(20):
            await exchanged(process)
            yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def exchanged(process: Process) -> dict[str, object]:
    process.stdin.write(json.dumps(PING).encode() + b"\n")
    return json.loads(await process.stdout.readline())


@pytest.mark.parametrize("era", ["auto", "legacy"])
async def test_both_eras_are_served_and_prints_stay_out_of_the_protocol(era: str) -> None:
    server = StdioServerParameters(
        command=PROGRAM[0], args=PROGRAM[1:], cwd=ROOT, env={**os.environ}
    )
    async with asyncio.timeout(20), Client(server, mode=era) as client:
        result = await client.call_tool("run_command", {"session_id": "s1", "command": "ls"})
    assert result.structured_content["status"] == "running"


async def test_the_end_of_its_input_ends_the_process_in_good_order() -> None:
    async with started() as process:
        process.stdin.close()
        assert await process.wait() == 0


async def test_a_client_that_reads_no_more_ends_the_process_in_good_order() -> None:
    reading, writing = os.pipe()
    process = await asyncio.create_subprocess_exec(
        *PROGRAM, cwd=ROOT, stdin=PIPE, stdout=writing, stderr=PIPE
    )
    os.close(writing)
    os.close(reading)
    async with asyncio.timeout(20):
        process.stdin.write(10 * (json.dumps(PING).encode() + b"\n"))
        said = await process.stderr.read()  # while its input stays open
        assert (await process.wait(), said) == (0, b"")


async def test_it_can_be_cancelled_while_it_waits_for_input() -> None:
    async with started() as process:
        process.terminate()
        assert await process.wait() == 3


async def test_a_line_that_is_no_message_is_answered_and_does_not_end_it() -> None:
    async with started() as process:
        process.stdin.write(b"\n\xff{not json\n")
        assert json.loads(await process.stdout.readline())["error"]["code"] == -32700
        assert (await exchanged(process))["id"] == 1


async def test_a_terminal_can_be_its_standard_input_and_output() -> None:
    master, slave = pty.openpty()
    tty.setraw(slave)
    process = await asyncio.create_subprocess_exec(*PROGRAM, cwd=ROOT, stdin=slave, stdout=slave)
    os.write(master, json.dumps(PING).encode() + b"\n")
    with os.fdopen(master, "rb") as terminal:
        answer = await asyncio.wait_for(asyncio.to_thread(terminal.readline), 20)
        assert json.loads(answer)["id"] == 1
        process.terminate()
        assert await process.wait() == 3
    os.close(slave)


async def test_a_file_can_be_its_standard_input(tmp_path: Path) -> None:
    (tmp_path / "asked").write_text(json.dumps(PING) + "\n")
    with (tmp_path / "asked").open() as asked:
        process = await asyncio.create_subprocess_exec(*PROGRAM, cwd=ROOT, stdin=asked, stdout=PIPE)
        async with asyncio.timeout(20):
            await process.communicate()
    assert process.returncode == 0


async def test_a_message_of_several_mebibytes_is_one_message() -> None:
    async with started() as process:
        long = {**PING, "params": {"_meta": {"note": "x" * 5_000_000}}}
        process.stdin.write(json.dumps(long).encode() + b"\n")
        assert json.loads(await process.stdout.readline())["id"] == 1
