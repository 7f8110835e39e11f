"""Who has the keyboard of a terminal that is not ours."""

import os

import pytest

from services.session_driver.terminal.host import Foreground
from services.session_driver.terminal.iterm2.front import foreground_of, from_ps, shell_of
from services.session_driver.terminal.processes import program_of
from tests.support.iterm2 import ready, until


async def test_ps_and_the_kernel_agree_on_who_has_the_keyboard(server):
    session = await ready(server)
    pid, tty = session.pty.pid, session.pty.tty
    session.type("sleep 5\r")
    await until(lambda: program_of(foreground_of(pid, tty).pgid) == "sleep")
    assert from_ps(pid) == foreground_of(pid, tty).pgid


async def test_a_shell_that_edits_its_line_is_told_from_a_program_that_does_not(server):
    session = await ready(server)
    pid, tty = session.pty.pid, session.pty.tty
    at_prompt = foreground_of(pid, tty)
    session.type("stty -echo; sleep 5\r")
    assert (at_prompt.pgid, at_prompt.editing) == (pid, True)
    await until(lambda: _hides(foreground_of(pid, tty)))


def _hides(foreground: Foreground) -> bool:
    """Whether stty has done its work: a moment after the shell stopped editing."""
    return not (foreground.editing or foreground.echo)


@pytest.mark.parametrize("pid", [0, -1, 99_999_999])
def test_of_a_program_that_is_not_there_nobody_has_the_keyboard(pid):
    assert (foreground_of(pid, "/dev/null").pgid, from_ps(99_999_999)) == (0, 0)


def test_a_shell_is_what_was_started_itself():
    assert shell_of(os.getpid()) == os.getpid()
