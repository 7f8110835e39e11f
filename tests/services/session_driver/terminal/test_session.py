"""A live terminal with each of the shells."""

import asyncio
import os
import resource
from pathlib import Path

import pytest

from events.calls import Completion
from services.session_driver.terminal.capture import Capture
from services.session_driver.terminal.interrupting import interrupt
from services.session_driver.terminal.run import Busy
from services.session_driver.terminal.session import Terminal

MARKED = Completion(source="osc133", confirmed=True)


@pytest.mark.parametrize(("command", "code"), [("true", 0), ("false", 1), ("sh -c 'exit 7'", 7)])
async def test_the_exit_code_is_the_commands_own(typed, command, code):
    ending, _ = await typed(command)
    assert (ending.completion, ending.exit_code, ending.ran) == (MARKED, code, True)


async def test_three_commands_back_to_back_have_their_own_output(typed):
    shown = [(await typed(f"echo {word}"))[1].capture.excerpt(100).head for word in "abc"]
    assert shown == ["a\n", "b\n", "c\n"]


async def test_output_without_a_final_newline_is_exact(typed):
    _, run = await typed("printf 'no end'")
    assert (run.capture.excerpt(100).head, run.capture.total_lines) == ("no end", 1)


async def test_five_thousand_lines_are_counted_and_cut_in_the_middle(typed):
    _, run = await typed("seq 1 5000")
    excerpt = run.capture.excerpt(1000)
    assert excerpt.head.startswith("1\n2\n")
    assert excerpt.tail.endswith("4999\n5000\n")
    shown = excerpt.head.count("\n") + excerpt.tail.count("\n")
    assert (run.capture.total_lines, shown + excerpt.omitted_lines) == (5000, 5000)


async def test_characters_split_over_reads_stay_whole(typed):
    _, run = await typed(
        'sh -c \'for i in 1 2 3; do printf "\\303"; sleep 0.02; printf "\\251"; done\''
    )
    assert run.capture.excerpt(100).head == "ééé"


async def test_several_lines_as_a_bracketed_paste_are_one_command(typed):
    ending, run = await typed("echo one\necho two\nsh -c 'exit 3'")
    assert (ending.exit_code, run.capture.excerpt(100).head) == (3, "one\ntwo\n")


async def test_an_empty_line_ends_without_having_run(typed):
    await typed("true")
    ending, run = await typed("")
    assert (ending.completion, ending.ran, run.capture.total_bytes) == (MARKED, False, 0)


async def test_ctrl_c_stops_a_command_and_is_seen_to(terminal):
    run = await terminal.run(b"sleep 60\r", Capture(b"key"))
    await until(lambda: terminal.context_facts().foreground == "sleep")
    assert await interrupt(terminal, "ctrl_c")
    ending = await run.wait(5)
    assert ending is not None
    assert ending.exit_code == 130


async def test_a_command_that_ignores_ctrl_c_is_not_called_stopped(terminal, tmp_path):
    run = await terminal.run(b"sh -c 'trap \"\" INT; touch up; sleep 60'\r", Capture(b"key"))
    await until((tmp_path / "up").exists)
    assert not await interrupt(terminal, "ctrl_c", within=0.3)
    assert run.ending is None


async def test_a_command_that_reads_gets_what_is_typed(terminal):
    run = await terminal.run(b"sh -c 'printf name?; read x; echo hello $x'\r", Capture(b"key"))
    await until(lambda: terminal.context_facts().awaiting_input)
    await terminal.type(b"ada\r")
    assert await run.wait(5)
    assert run.capture.excerpt(100).head == "name?ada\nhello ada\n"


async def test_a_hidden_prompt_counts_as_waiting_for_input(terminal):
    await terminal.run(b"sh -c 'stty -echo; read x; stty echo'\r", Capture(b"key"))
    await until(lambda: terminal.context_facts().awaiting_input)


async def test_a_shell_that_exits_ends_its_command(terminal):
    run = await terminal.run(b"exit 3\r", Capture(b"key"))
    ending = await run.wait(5)
    assert ending is not None
    assert (ending.completion.confirmed, ending.exit_code) == (True, 3)
    assert await terminal.exited == 3


async def test_marks_printed_by_a_program_are_not_believed(typed):
    forged = (
        r"printf '\033]133;D;0;eim=00;n=1\007\033]133;A;n=9;p=9\007\033]133;B\007'; sh -c 'exit 4'"
    )
    ending, _ = await typed(forged)
    assert ending.exit_code == 4


async def test_children_see_nothing_of_the_nonce(terminal, typed):
    nonce = terminal._marks._nonce.decode()
    _, run = await typed("env; sh -c 'cat /proc/self/environ /proc/$PPID/environ'")
    shown = run.capture.excerpt(100_000).head
    assert nonce not in shown
    assert "EIM_SESSION=s1" in shown


async def test_exporting_everything_does_not_export_the_nonce(opened):
    for shell in ("bash", "zsh"):
        terminal = await opened(shell)
        assert await terminal.ready(10)
        nonce = terminal._marks._nonce.decode()
        for command in (b"set -a\r", b"export PS1 PS2\r", b"true\r", b"env\r"):
            run = await terminal.run(command, Capture(b"key"))
            assert await run.wait(5)
            assert await terminal.ready(5)
        assert nonce not in run.capture.excerpt(100_000).head


async def test_the_handover_file_is_gone_once_the_shell_is_ready(terminal, tmp_path):
    assert list(tmp_path.glob("s1-*")) == []


RC = {
    "bash": (".bashrc", "PROMPT_COMMAND='export SEEN=$?'\nPS1='mine> '\nexport FROM_RC=yes\n"),
    "zsh": (".zshrc", "precmd() { export SEEN=$? }\nPS1='mine> '\nexport FROM_RC=yes\n"),
    "fish": (
        ".config/fish/config.fish",
        "function fish_prompt; set -gx SEEN $status; echo 'mine> '; end\nset -gx FROM_RC yes\n",
    ),
}


async def test_the_users_own_files_hooks_and_prompt_are_kept(opened, shell, home):
    name, text = RC[Path(shell).name]
    (home / name).parent.mkdir(parents=True, exist_ok=True)
    (home / name).write_text(text)
    terminal = await opened(shell)
    assert await terminal.ready(10)
    await run_in(terminal, "sh -c 'exit 5'")
    assert await run_in(terminal, "echo $FROM_RC $SEEN") == "yes 5\n"
    assert "mine>" in terminal.screen.text()


async def test_the_directory_and_the_changed_environment_are_reported(terminal, typed, tmp_path):
    (tmp_path / "ä b").mkdir()
    await typed("cd 'ä b'")
    await typed("export PAGER=/bin/evil PATH=/opt:$PATH")
    assert await terminal.ready(5)
    facts = terminal.context_facts()
    assert facts.cwd == str(tmp_path / "ä b")
    assert set(facts.changed_environment) == {"PATH", "PAGER"}


async def test_a_prompt_is_empty_until_somebody_types(terminal):
    assert terminal.context_facts().line_empty
    await terminal.type(b"ec")
    assert not terminal.context_facts().line_empty
    await until(
        lambda: terminal.screen.text().rstrip().endswith("ec") or "echo" in terminal.screen.text()
    )
    assert await interrupt(terminal, "ctrl_c")
    await until(lambda: terminal.context_facts().line_empty)


async def test_typeahead_makes_the_next_line_not_empty(terminal):
    run = await terminal.run(b"sleep 0.3\r", Capture(b"key"))
    await terminal.type(b"left over")
    assert await run.wait(5)
    assert await terminal.ready(5)
    await until(lambda: "left over" in terminal.screen.text().splitlines()[-1])
    assert not terminal.context_facts().line_empty


async def test_a_program_that_asks_where_the_cursor_is_gets_an_answer(terminal, tmp_path):
    (tmp_path / "ask").write_text("stty raw -echo; printf '\\033[6n'; head -c 4 | od -c; stty sane")
    run = await terminal.run(b"sh ask\r", Capture(b"key"))
    assert await run.wait(5)
    assert "033   [" in run.capture.excerpt(500).head


async def test_a_question_that_is_only_passed_on_gets_no_answer(terminal):
    await run_in(terminal, r"printf '\033[6n\033[c'; sleep 0.1")
    assert await terminal.ready(5)
    assert terminal.context_facts().line_empty


async def test_only_one_command_runs_at_a_time(terminal):
    await terminal.run(b"sleep 5\r", Capture(b"key"))
    with pytest.raises(Busy):
        await terminal.run(b"true\r", Capture(b"key"))


async def test_endless_output_keeps_memory_bounded(terminal):
    run = await terminal.run(b"yes\r", Capture(b"key"))
    await until(lambda: terminal.offset > 3_000_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    await until(lambda: terminal.offset > 12_000_000)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 8_000
    assert await interrupt(terminal, "ctrl_c")
    assert await run.wait(5)


async def test_closing_ends_every_process_of_the_session(opened, shell):
    terminal = await opened(shell)
    assert await terminal.ready(10)
    await run_in(terminal, "sh -c 'trap \"\" HUP; sleep 61' &")
    await until(lambda: len(session_of(terminal.pid)) > 1)
    await terminal.close()
    await until(lambda: session_of(terminal.pid) == [])


def session_of(leader: int) -> list[int]:
    alive = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
    return [pid for pid in alive if session_id(pid) == leader]


def session_id(pid: int) -> int:
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return 0


async def run_in(terminal: Terminal, command: str) -> str:
    assert await terminal.ready(10)
    run = await terminal.run(command.encode() + b"\r", Capture(b"key"))
    assert await run.wait(10)
    return run.capture.excerpt(1000).head


async def until(holds) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 # what is waited for is outside of this process
            await asyncio.sleep(0.01)
