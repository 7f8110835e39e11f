"""What a terminal of the terminal-host does beyond one that this process holds."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from hashlib import sha256

import psutil
import pytest

from services.contract.terminal_host import SPOOL
from services.session_driver.terminal.host import Asked, WriteStalled
from services.session_driver.terminal.host_start import HostPlace, HostUnavailable
from services.session_driver.terminal.terminal_host import TerminalHost
from tests.support.terminal_host import Printed, a_place, asked, kill, until

SILENT = "stty raw -echo; echo up; exec sleep 60"


@pytest.fixture
def place() -> Iterator[HostPlace]:
    with a_place() as place:
        yield place


@pytest.fixture
async def host(place: HostPlace) -> AsyncIterator[TerminalHost]:
    host = await TerminalHost.connect(place, str)
    yield host
    host.close()


async def test_size_foreground_and_keyboard_need_no_detour_through_the_host(host: TerminalHost):
    printed = Printed()
    script = "stty -echo; echo up; read x; stty size; echo got $x; read x"
    pty = await printed.on(host, asked(script))
    await printed.until(b"up")
    os.kill(host.pid, signal.SIGSTOP)
    try:
        pty.resize(100, 40)
        assert (pty.foreground().pgid, pty.foreground().echo) == (pty.pid, False)
        assert pty.program() == "sh"
        await pty.write(b"this\r")
    finally:
        os.kill(host.pid, signal.SIGCONT)
    await printed.until(b"40 100\r\ngot this\r\n")


async def test_what_is_not_acked_is_bounded_and_an_ack_makes_room(host: TerminalHost):
    printed = Printed(acking=False)
    pty = await printed.on(host, asked("yes"))
    await until(lambda: len(printed.data) == SPOOL)
    assert psutil.Process(host.pid).memory_info().rss < 40 * 1024 * 1024
    pty.ack(SPOOL)
    await until(lambda: len(printed.data) == 2 * SPOOL)


async def test_terminals_that_print_at_once_get_each_its_own(host: TerminalHost):
    several = [Printed() for _ in range(5)]
    ptys = [
        await printed.on(host, asked(f"seq {n} 5 500000; exit {n}"))
        for n, printed in enumerate(several)
    ]
    async with asyncio.timeout(60):
        assert [await pty.wait() for pty in ptys] == [0, 1, 2, 3, 4]
    for n, printed in enumerate(several):
        whole = b"".join(b"%d\r\n" % number for number in range(n, 500001, 5))
        assert sha256(printed.data).digest() == sha256(whole).digest()


async def test_a_full_spool_does_not_keep_the_end_of_a_program_back(host: TerminalHost):
    printed = Printed(acking=False)
    pty = await printed.on(host, asked("yes"))
    await until(lambda: len(printed.data) == SPOOL)
    assert await asyncio.wait_for(pty.close(), 10) == -signal.SIGHUP
    assert host.terminals == {}


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        (replace(asked("true").spawn, cwd="/not/there"), FileNotFoundError),
        (replace(asked("true").spawn, cwd="/etc/passwd"), NotADirectoryError),
        (replace(asked("true").spawn, argv=("a\0b",)), ValueError),
        (replace(asked("true").spawn, env={"A": "x" * 2_500_000}), ValueError),
        (replace(asked("true").spawn, env={"A": "x" * 1_500_000}), OSError),
    ],
)
async def test_what_cannot_be_started_is_refused_and_nothing_stays(
    host: TerminalHost, wanted, error: type[Exception]
):
    with pytest.raises(error):
        await host.spawn(Asked(wanted, (80, 24)), str)
    assert host.terminals == {}


async def test_words_that_are_no_text_arrive_as_they_are(host: TerminalHost):
    printed = Printed()
    odd = os.fsdecode(b"\xff\xc3\xa4")
    spawn = replace(asked("").spawn, argv=("sh", "-c", 'printf "%s|" "$@" "$V"', "", "", odd))
    pty = await printed.on(host, Asked(replace(spawn, env={"V": "a=b\n" + odd}), (80, 24)))
    await pty.wait()
    assert printed.data == b"|\xff\xc3\xa4|a=b\r\n\xff\xc3\xa4|"


async def test_one_hearer_that_fails_keeps_nothing_from_the_others(host: TerminalHost):
    failures: list[str] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: failures.append(str(context["exception"])))

    def fail(_data: bytes) -> None:
        raise RuntimeError("no")

    bad = await host.spawn(asked("echo x; read x; exit 3"), fail)
    good = Printed()
    pty = await good.on(host, asked("seq 1 20000"))
    await bad.write(b"\r")
    assert [await asyncio.wait_for(each.wait(), 10) for each in (pty, bad)] == [0, 3]
    assert good.data.endswith(b"\r\n20000\r\n")
    assert set(failures) == {"no"}


async def test_a_spawn_that_nobody_waits_for_any_more_leaves_nothing_behind(host: TerminalHost):
    os.kill(host.pid, signal.SIGSTOP)
    waiting = asyncio.ensure_future(host.spawn(asked("exec sleep 60"), str))
    await asyncio.sleep(0)
    waiting.cancel()
    os.kill(host.pid, signal.SIGCONT)
    with pytest.raises(asyncio.CancelledError):
        await waiting
    other = await Printed().on(host, asked("read x"))
    await until(lambda: list(host.terminals.values()) == [other])
    children = psutil.Process(host.pid).children()
    assert [child.pid for child in children] == [other.pid]


async def test_typing_into_a_terminal_whose_host_is_killed_stalls_with_a_count(host: TerminalHost):
    printed = Printed()
    pty = await printed.on(host, asked(SILENT))
    await printed.until(b"up")
    typing = asyncio.ensure_future(pty.write(b"x" * 200_000, timeout=20))
    await until(pty._writing.locked)
    kill(host.pid)
    with pytest.raises(WriteStalled) as stalled:
        await asyncio.wait_for(typing, 10)
    assert 0 < stalled.value.written < 200_000
    assert await asyncio.wait_for(pty.wait(), 10) == -signal.SIGHUP


async def test_a_lost_terminal_answers_without_failing(host: TerminalHost):
    printed = Printed()
    pty = await printed.on(host, asked(SILENT))
    kill(host.pid)
    await asyncio.wait_for(pty.wait(), 10)
    pty.resize(10, 10)
    pty.answer(b"x")
    pty.ack(0)
    assert (pty.foreground().pgid, pty.program(), await pty.close()) == (0, "", -signal.SIGHUP)
    with pytest.raises(WriteStalled):
        await pty.write(b"x")
    with pytest.raises(HostUnavailable):
        await host.spawn(asked("true"), str)
