"""What differs from shell to shell on every host, and how a shell itself ends."""

import os
import shutil
import signal
from pathlib import Path

import pytest

from services.session_driver.terminal.capture import Capture
from services.session_driver.terminal.shells import Opening
from tests.support.terminal_host import until
from tests.support.terminals import shells_on

ours = pytest.mark.not_on("iterm2", "a person opened the shell there, and sizes its window")
its_end = pytest.mark.not_on("iterm2", "nobody but its parent, iTerm2, hears how the shell ends")


@ours
async def test_a_shell_without_our_marks_is_watched_from_outside(backend, place, tmp_path: Path):
    (tmp_path / "bare").symlink_to(shutil.which("dash") or pytest.skip("dash is not installed"))
    opening = Opening(
        session_id="s1",
        shell=str(tmp_path / "bare"),
        cwd=str(tmp_path),
        folder=tmp_path,
        environment={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )
    async with shells_on(place, backend) as shells:
        terminal = await shells(opening)
        await until(lambda: terminal.screen.text().strip() != "")  # its prompt
        assert terminal.context_facts().integration == "none"
        for word in ("one", "two"):
            run = await terminal.run(f"echo {word}; sleep 0.3\r".encode(), Capture(b"key"))
            ending = await run.wait(10)
            assert ending is not None
            assert (ending.completion.confirmed, ending.exit_code) == (False, None)
            assert run.capture.excerpt(1000).head.startswith(f"{word}\n")


@ours
@pytest.mark.parametrize("shell", ["bash", "sh", "dash", "zsh", "fish"])
async def test_an_empty_line_is_known_to_be_empty_whatever_the_size_becomes(opened, shell):
    terminal = await opened(shell)
    for size in ((90, 20), (40, 10), (120, 32)):
        terminal.resize(*size)
        assert terminal.context_facts().line_empty
    run = await terminal.run(b"echo hi\r", Capture(b"key"))
    assert await run.wait(10)
    assert run.capture.excerpt(100).head == "hi\n"
    assert await terminal.ready(10)
    assert terminal.context_facts().line_empty


@ours
@pytest.mark.parametrize("shell", ["bash", "dash", "zsh", "fish"])
async def test_a_line_that_somebody_began_is_not_empty_whatever_the_size_becomes(opened, shell):
    terminal = await opened(shell)
    await terminal.type(b"begun")
    await until(lambda: "begun" in terminal.screen.text())
    for size in ((90, 20), (120, 32)):
        terminal.resize(*size)
        assert not terminal.context_facts().line_empty


@its_end
async def test_exit_is_the_end_of_the_session_with_its_code(terminal):
    run = await terminal.run(b"exit 7\r", Capture(b"key"))
    ending = await run.wait(10)
    assert ending is not None
    assert (ending.completion.confirmed, ending.exit_code) == (True, 7)
    assert await terminal.exited == 7


@its_end
@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGKILL])
async def test_a_session_that_a_person_closes_ends_its_command_with_it(terminal, number):
    run = await terminal.run(b"sleep 60\r", Capture(b"key"))
    await until(lambda: terminal.context_facts().foreground == "sleep")
    os.kill(terminal.pid, number)
    ending = await run.wait(10)
    assert ending is not None
    assert ending.exit_code == await terminal.exited == -number


@its_end
async def test_a_session_that_a_person_closes_at_the_prompt_is_over(terminal):
    await terminal.type(b"exit 3\r")
    await until(terminal.exited.done)
    assert terminal.exited.result() == 3
