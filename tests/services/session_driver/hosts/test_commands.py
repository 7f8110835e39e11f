"""What commands do on every host: how they end, and exactly what they print."""

import asyncio

import pytest

from events.calls import Completion
from services.session_driver.terminal.capture import Capture
from services.session_driver.terminal.interrupting import interrupt
from services.session_driver.terminal.marks import Marks
from tests.services.session_driver.hosts.conftest import looked, until_shown
from tests.support.terminal_host import until

MARKED = Completion(source="osc133", confirmed=True)
not_rendered = pytest.mark.not_on("iterm2", "a prompt begins on a new row, so the row has an end")


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("true", 0),
        ("false", 1),
        ("sh -c 'exit 7'", 7),
        ("sh -c 'kill -TERM $$'", 143),
        ("false | true", 0),
        ("true | sh -c 'exit 3'", 3),
        ("set -o pipefail; sh -c 'exit 5' | true", 5),
        ("/no/such/program", 127),
    ],
)
async def test_the_exit_code_is_the_commands_own(typed, command, code):
    ending, _ = await typed(command)
    assert (ending.completion, ending.exit_code, ending.ran) == (MARKED, code, True)


async def test_three_commands_back_to_back_have_their_own_output(typed):
    shown = [(await typed(f"echo {word}"))[1].capture.excerpt(100).head for word in "abc"]
    assert shown == ["a\n", "b\n", "c\n"]


@pytest.mark.not_on("iterm2", "refused there: nothing tells whether bracketed paste is on")
@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("echo one\necho two\nsh -c 'exit 3'", "one\ntwo\n"),
        ("cat <<'END'\nfirst $HOME\n\tsecond\nEND", "first $HOME\n\tsecond\n"),
        ("for i in 1 2; do\n  echo $i\ndone", "1\n2\n"),
    ],
)
async def test_several_lines_are_one_command(typed, command, shown):
    _, run = await typed(command)
    assert run.capture.excerpt(1000).head == shown


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        pytest.param("printf 'no end'", "no end", marks=not_rendered),
        ("printf 'user@host:~$ \\n'", "user@host:~$ \n"),
        ("printf '日本語 👩‍👩‍👧 é\\n'", "日本語 👩‍👩‍👧 é\n"),
        ("printf 'e\\xcc\\x81\\n'", "e\u0301\n"),
        ("sh -c 'for b in 303 251 012; do printf \"\\\\$b\"; sleep 0.05; done'", "é\n"),
    ],
)
async def test_what_a_command_prints_is_exact(typed, command, shown):
    _, run = await typed(command)
    assert run.capture.excerpt(1000).head == shown


@pytest.mark.raw
async def test_every_byte_is_counted_whatever_it_is(typed, terminal):
    _, run = await typed("head -c 3000 /dev/urandom > r; cat r; wc -c < r > /dev/null")
    assert run.capture.total_bytes >= 3000


async def test_a_forged_mark_ends_no_command(typed):
    forged = r"printf '\033]133;D;0;eim=00;n=1\007\033]133;A;n=9;p=9\007'; sh -c 'exit 4'"
    ending, _ = await typed(forged)
    assert ending.exit_code == 4


async def test_twenty_thousand_lines_are_counted_exactly(typed):
    _, run = await typed("seq 1 20000")
    assert run.capture.total_lines == 20000
    assert run.capture.excerpt(200).tail.endswith("19999\n20000\n")


async def test_a_line_of_119_kilobytes_is_whole(typed):
    _, run = await typed("head -c 119000 /dev/zero | tr '\\0' x; echo")
    assert (run.capture.total_bytes, run.capture.total_lines) == (119002, 1)  # it ends in CR LF


async def test_a_full_screen_program_is_seen_and_leaves_the_screen_as_it_was(typed, terminal):
    await typed("echo before")
    assert await terminal.ready(5)
    run = await terminal.run(b"seq 1 500 | less\r", Capture(b"key"))
    await until_shown(terminal, lambda look: look.alternate and "20" in look.text)
    await terminal.type(b"q")
    ending = await run.wait(10)
    assert ending
    assert ending.completion == MARKED
    look = await looked(terminal)
    assert not look.alternate
    assert "before" in look.text


async def test_clear_leaves_an_empty_screen(typed, terminal):
    await typed("seq 1 100")
    await typed("clear")
    assert await terminal.ready(5)
    assert "99" not in terminal.screen.text()


async def test_what_a_job_prints_later_belongs_to_no_command(typed, terminal):
    _, first = await typed("(sleep 0.4; echo late) &")
    await until(lambda: "late" in terminal.screen.text().replace("echo late", ""))
    _, second = await typed("echo next")
    assert "late" not in first.capture.excerpt(1000).head.replace("echo late", "")
    assert second.capture.excerpt(1000).head == "next\n"


async def test_a_nested_shell_is_a_program_until_it_ends(terminal):
    run = await terminal.run(b"dash\r", Capture(b"key"))
    await until(lambda: terminal.context_facts().foreground == "dash")
    await terminal.type(b"exit 6\r")
    ending = await run.wait(10)
    assert ending is not None
    assert ending.exit_code == 6


@pytest.mark.not_on("iterm2", "nobody but its parent, iTerm2, hears how the shell of a pane ends")
async def test_exec_ends_the_session_with_the_programs_own_code(terminal):
    run = await terminal.run(b"exec sh -c 'echo last; sleep 0.3; exit 9'\r", Capture(b"key"))
    ending = await run.wait(10)
    assert ending is not None
    assert (ending.exit_code, run.capture.excerpt(100).head) == (9, "last\n")
    assert await terminal.exited == 9


@pytest.mark.parametrize(
    ("key", "code"), [("ctrl_c", 130), ("ctrl_backslash", 131), ("ctrl_z", 148)]
)
async def test_a_key_that_stops_a_command_is_seen_to_do_so(terminal, key, code):
    run = await terminal.run(b"sleep 60\r", Capture(b"key"))
    await until(lambda: terminal.context_facts().foreground == "sleep")
    assert await interrupt(terminal, key)
    ending = await run.wait(5)
    assert ending is not None
    assert ending.exit_code == code


async def test_a_program_that_reads_gets_what_is_typed(terminal):
    run = await terminal.run(b"sh -c 'printf name?; read x; echo hello $x'\r", Capture(b"key"))
    await until(lambda: terminal.context_facts().awaiting_input)
    await terminal.type(b"ada\r")
    assert await run.wait(5)
    assert run.capture.excerpt(100).head == "name?ada\nhello ada\n"


async def test_a_new_size_is_known_to_a_program_in_the_middle_of_its_output(typed, terminal):
    run = await terminal.run(
        b"sh -c 'for i in $(seq 60); do stty size; sleep 0.02; done'\r", Capture(b"key")
    )
    await until(lambda: "32 120" in terminal.screen.text())
    terminal.resize(100, 40)
    assert await run.wait(15)
    assert run.capture.excerpt(1000).head.endswith("40 100\n")
    assert terminal.size() == (100, 40)


@pytest.mark.parametrize(
    "shell",
    [
        pytest.param(
            "dash", marks=pytest.mark.not_on("iterm2", "its shell integration has none for dash")
        ),
        "zsh",
        "fish",
    ],
)
async def test_each_shell_runs_its_commands(opened, shell):
    terminal = await opened(shell)
    run = await terminal.run(b"sh -c 'echo done; exit 7'\r", Capture(b"key"))
    ending = await run.wait(10)
    assert ending is not None
    assert (ending.exit_code, run.capture.excerpt(100).head) == (7, "done\n")


async def test_fifty_sessions_run_at_once(opened):
    terminals = await asyncio.gather(*(opened("bash") for _ in range(50)))
    runs = [await each.run(b"echo $EIM_SESSION\r", Capture(b"key")) for each in terminals]
    assert all(await asyncio.gather(*(run.wait(30) for run in runs)))
    shown = [run.capture.excerpt(100).head for run in runs]
    assert shown == [f"{each.identity.session_id}\n" for each in terminals]


@pytest.mark.raw
async def test_a_recording_fed_again_has_the_same_marks(typed, terminal):
    heard = bytearray()
    terminal.subscribe(lambda _, data: heard.extend(data))
    await typed("echo marked")
    assert await terminal.ready(5)
    kinds = [mark.kind for mark in Marks(terminal.identity.nonce).feed(bytes(heard))]
    assert [kind for kind in kinds if kind in ("command", "end")] == ["command", "end"]
