"""What differs from shell to shell."""

import shutil
import time

import pytest

from services.session_driver.live import PROMPT, PROMPTS, Live
from services.session_driver.terminal import shells
from services.session_driver.terminal.capture import Capture
from services.session_driver.terminal.interrupting import interrupt
from services.session_driver.terminal.run import Ending, Run
from services.session_driver.terminal.session import Terminal


async def ran(terminal: Terminal, command: str) -> tuple[Ending, Run]:
    run = await terminal.run(command.encode() + b"\r", Capture(b"key"))
    ending = await run.wait(10)
    assert ending is not None
    return ending, run


async def test_a_shell_without_marks_is_watched_from_outside(opened, tmp_path):
    (tmp_path / "unknown").symlink_to("/bin/dash")
    terminal = await opened(str(tmp_path / "unknown"))
    run = await terminal.run(b"echo hi; sleep 0.3\r", Capture(b"key"))
    ending = await run.wait(10)
    assert ending is not None
    assert (ending.completion.confirmed, ending.exit_code) == (False, None)
    assert "hi\n" in run.capture.excerpt(1000).head
    assert terminal.context_facts().integration == "none"


async def test_marks_that_vanish_leave_the_end_unconfirmed(opened, home):
    terminal = await opened("/bin/bash")
    assert await terminal.ready(10)
    ending, _ = await ran(terminal, "exec bash --norc")
    assert (ending.completion.source, ending.completion.confirmed) == ("heuristic", False)


async def test_a_slow_prompt_is_waited_for(opened, home):
    (home / ".bashrc").write_text("PROMPT_COMMAND='sleep ${SLOW-0}'\n")
    terminal = await opened("/bin/bash")
    assert await terminal.ready(10)
    live = Live(terminal)
    live.take("c1", Capture(b"key"))  # its outcome is not stored yet
    await ran(terminal, f"SLOW={3 * PROMPT}")
    context = await live.settled()
    assert (context.prompt, context.line) == ("idle", "")


async def test_a_shell_that_shows_prompts_of_its_own_is_not_waited_for(opened):
    terminal = await opened("/bin/bash")
    assert await terminal.ready(10)
    await ran(terminal, "exec bash --norc")
    began = time.monotonic()
    assert (await Live(terminal).settled()).prompt == "running"
    assert time.monotonic() - began < PROMPT * PROMPTS


async def test_bash_keeps_an_array_of_prompt_commands(opened, home):
    rc = "PROMPT_COMMAND=('A=1' 'B=$A$?')\nPS0='starting '\n"
    (home / ".bashrc").write_text(rc)
    terminal = await opened("/bin/bash")
    assert await terminal.ready(10)
    await ran(terminal, "false")
    assert await terminal.ready(5)
    ending, run = await ran(terminal, "echo $B")
    assert (ending.exit_code, run.capture.excerpt(100).head) == (0, "11\n")


async def test_bash_survives_prompt_commands_set_anew(opened):
    terminal = await opened("/bin/bash")
    assert await terminal.ready(10)
    for command in ("PROMPT_COMMAND='X=1'", "(exit 6)"):
        assert await terminal.ready(5)
        ending, _ = await ran(terminal, command)
    assert (ending.completion.confirmed, ending.exit_code, ending.ran) == (True, 6, True)


async def test_bash_marks_go_to_the_terminal_when_its_output_does_not(opened, tmp_path):
    terminal = await opened("/bin/bash")
    assert await terminal.ready(10)
    for command in (f"exec >{tmp_path}/log", "set -x", "echo to the log"):
        ending, run = await ran(terminal, command)
        assert ending.completion.source == "osc133"
        assert await terminal.ready(5)
    assert (tmp_path / "log").read_text() == "to the log\n"
    assert run.capture.excerpt(100).head == "+ echo to the log\n"


async def test_bash_3_marks_starts_without_ps0(opened, tmp_path, monkeypatch):
    folder = tmp_path / "integration"
    shutil.copytree(shells.INTEGRATION, folder)
    script = folder / "eim.bash"
    script.write_text(script.read_text().replace(">= 404", ">= 9999").replace(">= 501", ">= 9999"))
    monkeypatch.setattr(shells, "INTEGRATION", folder)
    terminal = await opened("/bin/bash")
    assert await terminal.ready(10)
    for command, code, text in (
        ("echo a; echo b", 0, "a\nb\n"),
        ("sh -c 'exit 3'", 3, ""),
        ("(false)", 1, ""),
    ):
        ending, run = await ran(terminal, command)
        assert (ending.exit_code, run.capture.excerpt(100).head) == (code, text)
        assert await terminal.ready(5)
    await ran(terminal, "PATH=.:$PATH")
    assert await terminal.ready(5)
    assert terminal.context_facts().changed_environment == ("PATH",)


@pytest.mark.parametrize("command", ["echo 'open", "for x in a; do"])
@pytest.mark.parametrize("shell", ["bash", "zsh"], indirect=True)  # fish keeps it in its editor
async def test_an_unfinished_command_is_noticed_and_given_up(opened, shell, command):
    terminal = await opened(shell)
    assert await terminal.ready(10)
    run = await terminal.run(command.encode() + b"\r", Capture(b"key"))
    assert await run.wait(0.3) is None
    assert run.incomplete
    assert await interrupt(terminal, "ctrl_c")
    ending = await run.wait(5)
    assert ending is not None
    assert not ending.ran


@pytest.mark.parametrize("name", ["bash", "zsh"])
async def test_subshells_and_nested_shells_print_no_marks(opened, name):
    terminal = await opened(shutil.which(name))
    assert await terminal.ready(10)
    _, run = await ran(terminal, f"(echo sub); echo $(echo cmd); {name} -c 'echo nested'")
    assert run.capture.excerpt(100).head == "sub\ncmd\nnested\n"
    assert run.n == terminal.prompt.n
