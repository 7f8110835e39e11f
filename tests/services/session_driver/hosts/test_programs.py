"""A program on a terminal: how it starts, what it prints, what it is typed, how it ends."""

import asyncio
import os
import signal
from pathlib import Path

import psutil
import pytest

from services.session_driver.terminal.host import WriteStalled
from tests.services.session_driver.hosts.conftest import Started

started_by_us = pytest.mark.not_on("iterm2", "a person started the program, in iTerm2")


async def until_printed(printed: list[bytes], text: bytes) -> None:
    async with asyncio.timeout(10):
        while text not in b"".join(printed):  # noqa: ASYNC110 # a program prints it
            await asyncio.sleep(0.01)


@started_by_us
async def test_the_program_has_its_own_session_terminal_size_and_directory(started: Started):
    printed: list[bytes] = []
    pty = await started("stty size; pwd; tty; exec 3>/dev/tty && echo controlled; exit 4", printed)
    assert await pty.exited == 4
    size, cwd, tty, controlled = b"".join(printed).decode().split("\r\n")[:4]
    assert (size, cwd, controlled) == ("24 80", "/", "controlled")
    assert tty.startswith("/dev/")
    await pty.close()


def open_files() -> set[str]:
    return {path.name for path in Path("/proc/self/fd").iterdir()}


@started_by_us
async def test_nothing_stays_open_after_closing(started: Started):
    await (await started("true", [])).close()  # what the backend itself keeps is open now
    before = open_files()
    for _ in range(5):
        pty = await started("sleep 60", [])
        await pty.close()
    assert open_files() <= before


@started_by_us
async def test_the_program_inherits_no_descriptor_but_its_terminal(started: Started):
    printed: list[bytes] = []
    pty = await started("readlink /proc/$$/fd/*", printed)
    await pty.exited
    assert {line[:9] for line in b"".join(printed).split()} == {b"/dev/pts/"}
    await pty.close()


@pytest.mark.not_on("iterm2", "it closes the pane with its program, and the last rows are gone")
async def test_the_whole_last_output_is_delivered_before_the_exit(started: Started):
    printed: list[bytes] = []
    pty = await started("seq 1 3000", printed)
    await pty.exited
    assert b"".join(printed).endswith(b"\r\n3000\r\n")
    await pty.close()


@pytest.mark.not_on("iterm2", "it keeps what is typed, however much, until a program reads it")
async def test_input_that_nobody_takes_stalls_with_a_count(started: Started):
    printed: list[bytes] = []
    pty = await started("stty raw -echo; echo up; sleep 60", printed)
    await until_printed(printed, b"up")
    with pytest.raises(WriteStalled) as stalled:
        await pty.write(b"x" * 200_000, timeout=0.2)
    assert 0 < stalled.value.written < 200_000
    await pty.close()


async def test_input_is_delivered_whole(started: Started):
    printed: list[bytes] = []
    pty = await started("stty raw -echo; echo up; head -c 100000 | cksum; sleep 60", printed)
    await until_printed(printed, b"up")
    await pty.write(b"x" * 100_000)
    await until_printed(printed, b" 100000")
    await pty.close()


@pytest.mark.not_on("iterm2", "to close an adopted pane is to let it go")
async def test_closing_ends_what_ignores_the_hang_up_and_what_is_stopped(started: Started):
    printed: list[bytes] = []
    pty = await started("trap '' HUP; sh -c 'kill -STOP $$; sleep 61' & echo up; sleep 61", printed)
    await until_printed(printed, b"up")
    assert await pty.close() == -signal.SIGKILL
    assert [pid for pid in psutil.pids() if lives_in(pty.pid, pid)] == []


def lives_in(session: int, pid: int) -> bool:
    over = (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)  # dead: its parent takes note just now
    try:
        return os.getsid(pid) == session and psutil.Process(pid).status() not in over
    except (ProcessLookupError, psutil.NoSuchProcess):
        return False


async def test_the_foreground_is_the_program_that_has_the_keyboard(started: Started):
    printed: list[bytes] = []
    pty = await started("stty -echo; echo up; exec sleep 60", printed)
    await until_printed(printed, b"up")
    async with asyncio.timeout(5):
        while pty.program() != "sleep":  # noqa: ASYNC110 # exec happens elsewhere
            await asyncio.sleep(0.01)
    assert (pty.foreground().pgid, pty.foreground().echo) == (pty.pid, False)
    await pty.close()


@started_by_us
async def test_a_signal_ignored_by_this_process_works_in_the_program(started: Started):
    old = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        printed: list[bytes] = []
        pty = await started("echo up; exec sleep 60", printed)
        await until_printed(printed, b"up")
        await pty.write(b"\x03")
        async with asyncio.timeout(5):
            assert await pty.exited == -signal.SIGINT
        await pty.close()
    finally:
        signal.signal(signal.SIGINT, old)
