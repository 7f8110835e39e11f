"""The process itself: one per node, for as long as somebody needs it."""

import asyncio
import os
import signal
import socket
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from services.runtime.config import Home
from services.runtime.unix_socket import LONGEST_PATH, PathTooLong
from services.session_driver.terminal.host_start import HostPlace, HostUnavailable
from services.session_driver.terminal.terminal_host import TerminalHost
from tests.support.terminal_host import Printed, asked, kill, lives, until

ROOT = Path(__file__).parents[3]
linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


async def left(place: HostPlace) -> TerminalHost:
    return await TerminalHost.connect(place, str)


async def test_drivers_that_start_at_the_same_moment_share_one_host(place: HostPlace):
    hosts = await asyncio.gather(*(left(place) for _ in range(4)))
    assert len({host.pid for host in hosts}) == 1
    assert place.log.read_text().count("another driver took over") == 3
    for host in hosts:
        host.close()


def start(place: HostPlace, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "services.terminal_host", *arguments]
    return subprocess.run(
        command, cwd=ROOT, stderr=subprocess.PIPE, text=True, timeout=20, check=False
    )


async def test_a_second_host_of_a_node_does_not_start(place: HostPlace, host: TerminalHost):
    second = await asyncio.to_thread(start, place, str(place.home.run), "test")
    assert second.returncode == 2
    assert f"runs already, as process {host.pid}" in second.stderr


def test_a_wrong_call_is_told_how(place: HostPlace):
    wrong = start(place, "somewhere")
    assert (wrong.returncode, "usage: " in wrong.stderr) == (1, True)


def test_a_folder_that_others_may_enter_is_refused_with_the_remedy(place: HostPlace):
    place.home.run.chmod(0o750)
    refused = start(place, str(place.home.run), "test")
    assert (refused.returncode, "chmod 700" in refused.stderr) == (2, True)


async def test_a_host_that_does_not_start_is_reported_with_its_last_words(place: HostPlace):
    place.home.run.chmod(0o750)
    with pytest.raises(HostUnavailable, match="chmod 700"):
        await left(place)


async def test_a_socket_address_that_the_kernel_would_not_take_is_refused(tmp_path: Path):
    home = Home(tmp_path / ("x" * LONGEST_PATH)).create()
    with pytest.raises(PathTooLong, match="EIM_HOME"):
        await left(HostPlace(home, "test"))


async def test_the_socket_is_for_its_owner_alone(place: HostPlace, host: TerminalHost):
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (place.socket, place.home.run)]
    assert (host.pid > 0, modes) == (True, [0o600, 0o700])


async def test_the_socket_of_a_killed_host_is_in_nobodys_way(place: HostPlace, host: TerminalHost):
    kill(host.pid)
    await until(lambda: not lives(host.pid))
    assert place.socket.exists()
    again = await left(place)
    assert again.pid != host.pid
    again.close()


async def test_stopping_ends_the_programs_and_removes_the_socket(
    place: HostPlace, host: TerminalHost, losses: list[str]
):
    printed = Printed()
    pty = await printed.on(
        host, asked("trap 'echo bye; exit 9' HUP; echo up; while :; do read x; done")
    )
    await printed.until(b"up")
    await host.stop()
    await until(lambda: not lives(host.pid))
    assert (await pty.wait(), b"bye" in printed.data) == (9, True)
    assert (place.socket.exists(), losses) == (False, [])


async def test_a_terminated_host_ends_even_what_ignores_the_hang_up(
    place: HostPlace, host: TerminalHost, losses: list[str]
):
    printed = Printed()
    pty = await printed.on(host, asked("trap '' HUP TERM; echo up; while :; do sleep 1; done"))
    await printed.until(b"up")
    os.kill(host.pid, signal.SIGTERM)
    await until(lambda: not lives(host.pid))
    await until(lambda: not lives(pty.pid))
    assert (losses, place.socket.exists()) == (["the terminal host was stopped"], False)


async def test_a_host_that_nobody_needs_ends_by_itself(place: HostPlace):
    short = replace(place, linger=0.05)
    host = await left(short)
    pty = await Printed().on(host, asked("read x"))
    host.close()
    again = await left(short)
    assert again.pid == host.pid
    await again.terminals[pty.id].close()
    again.close()
    await until(lambda: not lives(host.pid))
    assert not place.socket.exists()


@linux
async def test_a_host_belongs_to_nobody(host: TerminalHost):
    process = psutil.Process(host.pid)
    assert process.ppid() != os.getpid()
    assert os.getsid(host.pid) == host.pid
    assert (process.terminal(), process.cwd()) == (None, "/")


@linux
async def test_a_host_that_has_nothing_to_do_sleeps(place: HostPlace, host: TerminalHost):
    await Printed().on(host, asked("read x"))
    waiting = Path(f"/proc/{host.pid}/wchan")
    await until(lambda: "poll" in waiting.read_text())
    before = psutil.Process(host.pid).num_ctx_switches()
    for _ in range(3):
        await asyncio.to_thread(start, place)  # takes a while, and does not get far
    assert psutil.Process(host.pid).num_ctx_switches() == before


@linux
async def test_a_program_gets_no_descriptor_of_the_host(host: TerminalHost):
    for _ in range(3):
        await Printed().on(host, asked("read x"))
    printed = Printed()
    pty = await printed.on(host, asked("readlink /proc/$$/fd/*"))
    await pty.wait()
    lines = bytes(printed.data).split()
    assert {line[:9] for line in lines} == {b"/dev/pts/"}
    assert len(lines) == 3


def descriptors(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


@linux
async def test_a_host_keeps_no_descriptor_of_what_is_forgotten(host: TerminalHost):
    before = descriptors(host.pid)
    for _ in range(5):
        await (await Printed().on(host, asked("sleep 60"))).close()
    with pytest.raises(FileNotFoundError):
        await host.spawn(replace(asked("true"), spawn=replace(asked("").spawn, cwd="/none")), str)
    await (await Printed().on(host, asked("true"))).close()
    await until(lambda: descriptors(host.pid) == before)


async def test_signals_that_were_ignored_where_the_host_was_started_work_in_its_programs(
    place: HostPlace,
):
    ignored = (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP)
    before = [signal.signal(number, signal.SIG_IGN) for number in ignored]
    try:
        host = await left(place)
    finally:
        for number, handler in zip(ignored, before, strict=True):
            signal.signal(number, handler)
    for key, number in ((b"\x03", signal.SIGINT), (b"\x1c", signal.SIGQUIT)):
        printed = Printed()
        pty = await printed.on(host, asked("echo up; exec sleep 60"))
        await printed.until(b"up")
        await pty.write(key)
        assert await asyncio.wait_for(pty.wait(), 10) == -number
    host.close()


async def test_a_connection_that_says_nothing_takes_nothing_over(
    place: HostPlace, host: TerminalHost, losses: list[str]
):
    with socket.socket(socket.AF_UNIX) as stranger:
        stranger.connect(str(place.socket))
        await (await Printed().on(host, asked("true"))).close()
    assert losses == []
