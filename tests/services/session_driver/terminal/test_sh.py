"""sh has no hooks: its prompt itself carries a marker with the exit code."""

import asyncio
import shutil
from pathlib import Path

import pytest

from events.actions import RunCommand
from events.calls import Completion
from events.review import Context
from services.policy.keystrokes import CannotType, keystrokes
from services.session_driver.terminal.capture import Capture
from services.session_driver.terminal.host import LONGEST_LINE, WriteStalled
from services.session_driver.terminal.interrupting import interrupt
from tests.services.session_driver.terminal.conftest import typed_into

MARKER = Completion(source="marker", confirmed=True)


@pytest.fixture
def shell() -> str:
    path = shutil.which("dash")
    if path is None:
        pytest.skip("dash is not installed")
    return path


async def printed(typed, command):
    return (await typed(command))[1].capture.excerpt(1000).head


async def changed_to_front(terminal, program):
    async with asyncio.timeout(5):
        while terminal.context_facts().foreground != program:  # noqa: ASYNC110 # nobody tells
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("command", "code"), [("true", 0), ("false", 1), ("(exit 7)", 7), ("sh -c 'kill -9 $$'", 137)]
)
async def test_the_exit_code_is_the_commands_own(typed, command, code):
    ending, _ = await typed(command)
    assert (ending.completion, ending.exit_code) == (MARKER, code)


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("echo hi", "hi\n"),
        ("printf 'no end'", "no end"),
        ("true", ""),
        ("echo äö; echo 'echo hi'", "äö\necho hi\n"),
        ("set -x; true", "+ true\n"),
    ],
)
async def test_output_is_exactly_what_the_command_printed(typed, command, shown):
    await typed("true")
    assert await printed(typed, command) == shown


async def test_the_recording_holds_the_output_between_its_offsets(terminal, typed):
    recorded = bytearray(terminal.offset)
    terminal.subscribe(lambda _, data: recorded.extend(data))
    ending, run = await typed("seq 1 5000")
    assert run.capture.total_lines == 5000
    between = bytes(recorded[ending.first_offset : ending.end_offset])
    assert between == b"".join(b"%d\r\n" % n for n in range(1, 5001))


@pytest.mark.parametrize("asks", ["printf name?; read x; echo $x", "sh -c 'read x; echo $x'"])
async def test_a_command_that_reads_is_not_over_until_it_was_answered(terminal, asks):
    run = await terminal.run(asks.encode() + b"\r", Capture(b"key"))
    assert await run.wait(2.5) is None  # a shell without marks would be called quiet by now
    await terminal.type(b"ada\r")
    ending = await run.wait(5)
    assert ending is not None
    assert ending.completion == MARKER
    assert run.capture.excerpt(100).head.endswith("ada\nada\n")


async def test_a_marker_without_the_nonce_ends_nothing(typed):
    forged = r"sh -c 'printf \"\033]6973;exit=0;eim=00;p=9\007\"; sleep 0.3; exit 4'"
    ending, _ = await typed(forged.replace('\\"', '"'))
    assert ending.exit_code == 4


async def test_a_marker_counts_only_while_the_shell_is_in_front(terminal, typed):
    mark = f"\\033]6973;exit=0;eim={terminal._marks._nonce.decode()};p=9\\007"
    ending, run = await typed(f"sh -c 'printf \"{mark}\"; sleep 0.5; echo late; exit 4'")
    assert (ending.exit_code, run.capture.excerpt(100).head) == (4, "late\n")


async def test_ctrl_c_stops_a_command(terminal):
    run = await terminal.run(b"sleep 60\r", Capture(b"key"))
    await changed_to_front(terminal, "sleep")
    assert await interrupt(terminal, "ctrl_c")
    ending = await run.wait(5)
    assert ending is not None
    assert (ending.completion, ending.exit_code) == (MARKER, 130)


async def test_an_unfinished_command_is_noticed_and_given_up(terminal):
    run = await terminal.run(b"echo 'open\r", Capture(b"key"))
    assert await run.wait(0.3) is None
    assert run.incomplete
    assert await interrupt(terminal, "ctrl_c")
    assert await run.wait(5)


@pytest.mark.parametrize("before", ["true", r"printf '\033[?2004h'"])
async def test_several_lines_are_refused(terminal, typed, before):
    await typed(before)
    assert await terminal.ready(5)
    facts = terminal.context_facts()
    assert (facts.prompt, facts.integration, facts.line_empty) == ("idle", "partial", True)
    context = Context(session_id="s1", bracketed_paste=facts.bracketed_paste)
    with pytest.raises(CannotType, match="bracketed paste"):
        keystrokes(RunCommand(command="echo a\necho b"), context)


async def test_a_line_that_the_kernel_would_cut_is_not_typed(terminal):
    before = terminal.offset
    with pytest.raises(WriteStalled):
        await terminal.run(b": " + b"x" * LONGEST_LINE + b"\r", Capture(b"key"))
    assert (terminal.offset, terminal.running) == (before, None)


async def test_the_longest_line_arrives_whole(typed):
    command = "echo " + "x" * (LONGEST_LINE - 6)
    assert (await typed(command))[1].capture.total_bytes == LONGEST_LINE - 6 + 2


async def test_the_users_own_file_and_prompt_are_kept(opened, shell, home):
    (home / "own").write_text("PS1='mine> '\nFROM_RC=yes\n")
    terminal = await opened(shell, ENV="$HOME/own")
    typed = typed_into(terminal)
    assert await printed(typed, "echo $FROM_RC $ENV") == "yes $HOME/own\n"
    assert "mine>" in terminal.screen.text()


async def test_children_see_nothing_of_the_nonce(terminal, typed, tmp_path):
    nonce = terminal._marks._nonce.decode()
    await typed("set -a; export PS1; true")
    shown = await printed(typed, "sh -c 'cat /proc/self/environ /proc/$PPID/environ'")
    assert nonce not in shown
    assert "EIM_SESSION=s1" in shown
    assert list(tmp_path.glob("s1-*")) == []


async def test_where_sh_is_bash_its_own_hooks_tell_more(opened, home, tmp_path):
    (home / "own").write_text("FROM_RC=yes\n")
    (home / ".bashrc").write_text("FROM_RC=wrong\n")
    (tmp_path / "sh").symlink_to(Path("/bin/bash"))
    terminal = await opened(str(tmp_path / "sh"), ENV=f"{home}/own")
    ending, run = await typed_into(terminal)("echo $FROM_RC\nsh -c 'exit 3'")
    assert (ending.completion.source, ending.exit_code) == ("osc133", 3)
    assert run.capture.excerpt(100).head == "yes\n"
