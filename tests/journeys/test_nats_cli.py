"""What the inspector sees with the command line tool of NATS, and nothing of ours."""

import asyncio
import os
import pty
import shutil
import struct
from collections.abc import AsyncIterator
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSWINSZ

import nats.micro
import pytest
import pytest_asyncio

from tests.npm import ROOT, missing

PRIVATE = ROOT / ".tools" / "go" / "nats"


@pytest.fixture
def inspector(broker, tmp_path):
    """Run `nats ...` as the inspector, in a terminal; returns what it shows."""
    found = PRIVATE if PRIVATE.exists() else shutil.which("nats")
    if not found:
        missing("the nats command is not there; .ci/run installs it")
    key = broker.home.keys / "inspector.nk"
    login = ["-s", broker.address.url, "--nkey", key, "--inbox-prefix", "_INBOX_inspector"]

    async def run(*arguments):
        ours, theirs = pty.openpty()
        ioctl(theirs, TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))
        process = await asyncio.create_subprocess_exec(
            found, "--no-context", *login, *arguments,
            stdin=theirs, stdout=theirs, stderr=theirs,
            env={"HOME": str(tmp_path), "TERM": "xterm"},
        )  # fmt: skip
        os.close(theirs)
        reading = asyncio.create_task(asyncio.to_thread(_all, ours))
        try:
            await asyncio.wait_for(process.wait(), 20)
        except TimeoutError:
            process.kill()
            await process.wait()
        shown = await reading
        os.close(ours)
        return shown

    return run


def _all(terminal: int) -> str:
    shown = b""
    try:
        while some := os.read(terminal, 65536):
            shown += some
    except OSError:  # how Linux says that the other end is closed
        pass
    return shown.decode()


@pytest_asyncio.fixture(autouse=True)
async def _a_fact(broker) -> AsyncIterator[None]:
    async with broker.connect("mcp_front") as front:
        await front.request("evt.cli.s1.call-served", b'{"type":"ToolCallServed"}')
    async with broker.connect("session_driver") as driver:
        await driver.request("out.cli.s1", b"printed")
    yield


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("stream ls", "ADVISORIES"),
        ("stream info EVENTS", "Allows Purge: false"),
        ("stream get EVENTS --last-for evt.cli.s1.call-served", '{"type":"ToolCallServed"}'),
        ("stream view EVENTS 500 --subject evt.cli.s1.*", '{"type":"ToolCallServed"}'),
        ("stream view OUTPUT 500", "out.cli.s1"),
        ("stream subjects EVENTS evt.cli.>", "evt.cli.s1.call-served"),
        ("consumer ls EVENTS", "safety_reviewer"),
        ("consumer info EVENTS session_driver", "Ack Policy: Explicit"),
    ],
)
async def test_the_inspector_sees(inspector, command, shown):
    assert shown in await inspector(*command.split())


async def test_the_inspector_listens_live(inspector, broker):
    async with broker.connect("mcp_front") as front:
        listening = asyncio.create_task(inspector("sub", "live.evt.cli.>", "--count", "1"))
        while not listening.done():
            await front.request("evt.cli.s1.call-served", b"{}")
            await asyncio.sleep(0.1)
    assert "live.evt.cli.s1.call-served" in listening.result()


async def test_the_inspector_finds_the_services(inspector, broker):
    async with broker.connect("session_driver") as driver:
        service = await nats.micro.add_service(driver, name="terminals", version="1.0.0")
        shown = await inspector("service", "ls")
        await service.stop()
    assert "terminals" in shown


@pytest.mark.parametrize(
    "command",
    [
        "pub evt.cli.s1.call-served x",
        "pub live.evt.cli.s1.approval-granted x",
        "--timeout 1s stream rm -f AUDIT",
        "--timeout 1s stream purge -f OUTPUT",
        "--timeout 1s consumer rm -f EVENTS safety_reviewer",
        "--timeout 1s consumer next EVENTS safety_reviewer",
        "--timeout 1s consumer add AUDIT mine --pull --defaults --filter audit.x",
        "--timeout 1s consumer edit -f EVENTS safety_reviewer --filter evt.x",
    ],
)
async def test_the_inspector_changes_nothing(inspector, command):
    assert "Permissions Violation" in await inspector(*command.split())


def test_the_tool_is_kept_out_of_the_checkout():
    assert ".tools/" in Path(ROOT, ".gitignore").read_text()
