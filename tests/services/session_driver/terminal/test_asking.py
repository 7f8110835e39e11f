"""Programs that wait for somebody to type, told apart from those that do not."""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from services.session_driver.terminal.asking import waits_for_terminal
from services.session_driver.terminal.capture import Capture
from services.session_driver.terminal.facts import Sight, gather
from services.session_driver.terminal.host import Foreground
from services.session_driver.terminal.prompt import PromptState
from services.session_driver.terminal.session import Terminal
from services.session_driver.terminal.shells import Opening
from tests.support.logs import until
from tests.support.terminals import shells_on

ASKING = [
    "read x",
    "read -s x",
    "bash -c 'read -p Name? x'",
    "bash -c 'read -s x'",
    "sh -c 'stty -echo; read x; stty echo'",
    "cat",
    "sort",
    "python3 -c 'input()'",
    "python3 -q -i -c 1",
    "less /etc/passwd",
    "cat /etc/passwd | less",
]
WORKING = [
    "sleep 60",
    "sh -c 'printf working...; sleep 60'",
    "python3 -c 'while True: pass'",
    'python3 -c \'print("at it: ", end="", flush=True)\nwhile True: pass\'',
    "while true; do echo step; sleep 0.7; done",
    "sleep 60 | cat",
    "cat < pipe",
]


@pytest_asyncio.fixture
async def terminal(place, tmp_path: Path) -> AsyncIterator[Terminal]:
    bash = shutil.which("bash") or pytest.skip("bash is not installed")
    user = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "TERM": "xterm-256color"}
    async with shells_on(place) as opened:
        terminal = await opened(
            Opening(
                session_id="s1", shell=bash, cwd=str(tmp_path), folder=tmp_path, environment=user
            )
        )
        assert await terminal.ready(10)
        yield terminal


async def started(terminal: Terminal, command: str) -> None:
    program = command.partition(" ")[0]
    if program not in {"read", "while"} and shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    await terminal.run(command.encode() + b"\r", Capture(b"key"))
    await until(lambda: terminal.prompt.status == "running")


@pytest.mark.parametrize("command", ASKING)
async def test_a_program_that_asks_is_seen_to_wait(terminal: Terminal, command: str) -> None:
    if "less" in command and shutil.which("less") is None:
        pytest.skip("less is not installed")
    await started(terminal, command)
    await until(lambda: terminal.context_facts().awaiting_input)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
@pytest.mark.parametrize("command", WORKING)
async def test_a_program_that_works_is_never_taken_for_one_that_waits(
    terminal: Terminal, command: str, tmp_path: Path
) -> None:
    if "pipe" in command:
        (tmp_path / "pipe").unlink(missing_ok=True)
        os.mkfifo(tmp_path / "pipe")
    await started(terminal, command)
    looks = []
    for _ in range(12):
        await asyncio.sleep(0.1)
        looks.append(terminal.context_facts().awaiting_input)
    assert looks[4:] == [False] * 8


async def test_the_prompt_waits_for_nobody(terminal: Terminal) -> None:
    assert not terminal.context_facts().awaiting_input


@pytest.mark.pure
@pytest.mark.parametrize(
    ("column", "quiet", "echo", "waits"),
    [(0, 1.0, True, False), (9, 1.0, True, True), (9, 0.1, True, False), (0, 1.0, False, True)],
)
def test_where_no_kernel_tells_it_is_a_guess(
    column: int, quiet: float, echo: bool, waits: bool
) -> None:
    foreground = Foreground(pgid=7, editing=False, echo=echo)
    sight = Sight(foreground, "x", 5, "/", False, column, quiet, lambda _: None)
    assert gather("bash", PromptState(status="running"), sight).awaiting_input == waits


@pytest.mark.pure
def test_a_group_that_is_gone_cannot_be_told() -> None:
    assert waits_for_terminal(2**30) is None
