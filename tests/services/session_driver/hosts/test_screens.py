"""Programs that draw on the whole screen, and bytes that could be taken for controls."""

import shutil
from pathlib import Path

import pytest

from services.session_driver.terminal.capture import Capture
from services.session_driver.terminal.host import Rendered, Shown
from services.session_driver.terminal.run import Run
from services.session_driver.terminal.screen import Look
from services.session_driver.terminal.session import Terminal
from tests.support.iterm2 import until


async def drawing(terminal: Terminal, command: str, shown: str) -> Run:
    """Start a program and wait until it shows something."""
    program = command.split(maxsplit=1)[0]
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    run = await terminal.run(f"{command}\r".encode(), Capture(b"key"))
    await until(lambda: shows(terminal, shown))
    return run


async def look(terminal: Terminal) -> Look | Shown:
    """What the terminal shows: where iTerm2 draws it, only iTerm2 knows."""
    host = terminal.host
    return await host.shown() if isinstance(host, Rendered) else terminal.screen.look()


async def shows(terminal: Terminal, text: str) -> bool:
    return text in (await look(terminal)).text


async def ended(run: Run) -> int | None:
    ending = await run.wait(10)
    assert ending is not None
    assert ending.completion.source == "osc133"
    return ending.exit_code


async def test_vim_takes_keys_writes_its_file_and_leaves_the_screen_as_it_was(
    typed, terminal, tmp_path: Path
):
    await typed("echo before")
    assert await terminal.ready(5)
    run = await drawing(terminal, "vim -N -u NONE -i NONE new.txt", '"new.txt"')
    assert (await look(terminal)).alternate
    assert terminal.context_facts().foreground == "vim"
    await terminal.type("ihällo 日本".encode())
    await until(lambda: shows(terminal, "hällo 日本"))
    await terminal.type(b"\x1b")
    await until(lambda: inserts_no_more(terminal))
    await terminal.type(b":wq\r")
    assert await ended(run) == 0
    assert (tmp_path / "new.txt").read_text() == "hällo 日本\n"
    await until(lambda: shows(terminal, "before"))
    assert not (await look(terminal)).alternate


async def inserts_no_more(terminal: Terminal) -> bool:
    return not await shows(terminal, "INSERT")


async def test_vim_that_fails_has_its_own_exit_code(terminal):
    run = await drawing(terminal, "vim -N -u NONE -i NONE new.txt", '"new.txt"')
    await terminal.type(b":cquit 3\r")
    assert await ended(run) == 3


async def test_a_screen_that_is_drawn_again_and_again_is_seen_and_left(typed, terminal):
    run = await drawing(terminal, "top -d 0.2", "load average")
    await terminal.type(b"q")
    assert await ended(run) == 0
    _, after = await typed("echo after")
    assert after.capture.excerpt(100).head == "after\n"


BARE = r"printf '\23331m8-bit\2330m \235133;D;0\234\220q\234\237x\234\n'"
"""CSI, OSC, DCS and APC as single bytes, which no terminal of UTF-8 takes for controls."""
ENCODED = BARE.replace("\\2", "\\302\\2")


@pytest.mark.parametrize("command", [BARE, ENCODED])
async def test_8_bit_controls_end_no_command_and_hide_no_other(typed, terminal, command):
    ending, run = await typed(f"{command}; sh -c 'exit 4'")
    assert ending.exit_code == 4
    assert "8-bit" in run.capture.excerpt(1000).head
    _, after = await typed("echo after")
    assert after.capture.excerpt(100).head == "after\n"
    assert await terminal.ready(5)
    assert await shows(terminal, "after")


@pytest.mark.raw
@pytest.mark.parametrize(
    ("command", "shown"),
    [
        (BARE, "\ufffd31m8-bit\ufffd0m \ufffd133;D;0\ufffd\ufffdq\ufffd\ufffdx\ufffd\n"),
        (ENCODED, "8-bit \n"),
    ],
)
async def test_8_bit_controls_are_text_unless_they_are_encoded(typed, command, shown):
    _, run = await typed(command)
    assert run.capture.excerpt(1000).head == shown
