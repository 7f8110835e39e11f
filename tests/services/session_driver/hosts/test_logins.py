"""Shells of other people and machines, inside a session: each is one program until it ends."""

import os
import pwd
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.session_driver.terminal.capture import Capture
from services.session_driver.terminal.run import Run
from services.session_driver.terminal.session import Terminal
from tests.support.sshd import program, ssh_to
from tests.support.terminal_host import until


@pytest.fixture
def ssh(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "ssh").mkdir()
    with ssh_to(tmp_path / "ssh") as command:
        yield command


@pytest.fixture
def su() -> str:
    if os.geteuid():
        pytest.skip("su asks everybody but root for a password")
    return program("su")


async def started(terminal: Terminal, command: str) -> Run:
    return await terminal.run(f"{command}\r".encode(), Capture(b"key"))


async def left(terminal: Terminal, run: Run, code: int) -> bool:
    """Leave a nested shell; return whether the command then has its exit code."""
    await terminal.type(f"exit {code}\r".encode())
    ending = await run.wait(15)
    return ending is not None and (ending.completion.confirmed, ending.exit_code) == (True, code)


async def test_a_command_over_ssh_has_its_own_output_and_exit_code(typed, ssh):
    ending, run = await typed(f"{ssh} 'echo far; exit 3'")
    assert (ending.exit_code, run.capture.excerpt(1000).head) == (3, "far\n")


async def test_a_command_over_ssh_that_a_signal_ends_has_an_exit_code(typed, ssh):
    ending, _ = await typed(f"{ssh} 'kill -TERM $$'")
    assert ending.exit_code == 255


async def test_a_login_over_ssh_is_a_program_until_it_ends(typed, terminal, ssh):
    run = await started(terminal, ssh)
    await until(lambda: terminal.host.foreground().editing and terminal.prompt.status == "running")
    await terminal.type(b"echo far-$((40+2))\r")
    await until(lambda: "far-42" in terminal.screen.text())
    assert run.ending is None
    assert terminal.context_facts().foreground == "ssh"
    assert await left(terminal, run, 6)
    _, after = await typed("echo here")
    assert after.capture.excerpt(100).head == "here\n"


async def test_a_command_of_su_has_its_own_exit_code(typed, su):
    ending, run = await typed(f"{su} -c 'echo other; exit 3'")
    assert (ending.exit_code, run.capture.excerpt(1000).head) == (3, "other\n")


async def test_a_shell_of_su_is_a_program_until_it_ends(typed, terminal, su):
    name = Path(pwd.getpwuid(0).pw_shell).name
    run = await started(terminal, su)
    await until(lambda: terminal.host.foreground().pgid != terminal.pid)
    await until(lambda: terminal.context_facts().foreground == name)
    await terminal.type(b"echo other-$((40+2))\r")
    await until(lambda: "other-42" in terminal.screen.text())
    assert run.ending is None
    assert await left(terminal, run, 4)
    _, after = await typed("echo here")
    assert after.capture.excerpt(100).head == "here\n"
