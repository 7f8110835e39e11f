"""Terminals go on while no driver runs, and the next one loses nothing."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from services.contract.terminal_host import SPOOL
from services.session_driver.terminal.host_start import HostPlace
from services.session_driver.terminal.hosted import HostedPty
from tests.services.terminal_host.conftest import Connected
from tests.support.terminal_host import Printed, asked, kill, lives, until

ROOT = Path(__file__).parents[3]
MANY = 650_000


@contextmanager
def client(place: HostPlace, file: Path, script: str, acked: int) -> Iterator[int]:
    """Run a driver in a process group of its own until it is killed."""
    arguments = [str(place.home.root), str(file), script, str(acked)]
    command = [sys.executable, "-m", "tests.services.terminal_host.recording_client", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
    try:
        yield process.pid
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def only(terminals: dict[int, HostedPty]) -> HostedPty:
    (pty,) = terminals.values()
    return pty


async def test_a_killed_driver_loses_no_byte_of_a_program_that_goes_on_printing(
    place: HostPlace, tmp_path: Path, connected: Connected
):
    with client(place, tmp_path / "out", f"seq 1 {MANY}; exit 7", 2_000_000):
        await until(lambda: size(tmp_path / "out") > 2_500_000)
    pty = only((await connected()).terminals)
    printed = Printed()
    printed.pty = pty
    recorded = (tmp_path / "out").read_bytes()[: pty.offset]
    assert 1_900_000 < pty.offset <= 2_000_000
    pty.deliver(printed.take)
    assert await asyncio.wait_for(pty.wait(), 30) == 7
    whole = b"".join(b"%d\r\n" % number for number in range(1, MANY + 1))
    assert len(whole) > 5_000_000 - 500_000
    assert sha256(recorded + printed.data).digest() == sha256(whole).digest()
    await pty.close()


async def test_what_ended_while_nobody_was_there_is_told_with_its_output_and_status(
    connected: Connected, tmp_path: Path
):
    first = await connected()
    go = tmp_path / "go"
    os.mkfifo(go)
    printed = Printed()
    pty = await printed.on(first, asked(f"echo $$; read x <{go}; echo last; exit 5", b"note"))
    await printed.until(b"\r\n")
    shell = int(printed.data)
    first.close()
    go.write_text("\n")
    await until(lambda: not lives(shell))
    again = only((await connected()).terminals)
    assert (again.id, again.pid, again.note, again.status) == (pty.id, shell, b"note", 5)
    later = Printed()
    again.deliver(later.take)
    assert await asyncio.wait_for(again.wait(), 10) == 5
    assert bytes(later.data) == b"last\r\n"


async def test_a_program_that_still_runs_is_listed_as_such_and_takes_input(connected: Connected):
    first = await connected()
    await Printed().on(first, asked("read x; echo got $x"))
    first.close()
    pty = only((await connected()).terminals)
    assert pty.status is None
    printed = Printed()
    pty.deliver(printed.take)
    await pty.write(b"hello\r")
    assert await asyncio.wait_for(pty.wait(), 10) == 0
    assert b"got hello" in printed.data


async def test_while_nobody_is_there_a_program_fills_the_spool_and_waits(connected: Connected):
    first = await connected()
    await Printed(acking=False).on(first, asked("yes"))
    first.close()
    second = await connected()
    pty = only(second.terminals)
    printed = Printed(acking=False)
    pty.deliver(printed.take)
    await until(lambda: len(printed.data) == SPOOL)
    pty.ack(1000)
    await until(lambda: len(printed.data) == SPOOL + 1000)
    assert printed.data.startswith(b"y\r\ny\r\n")
    await pty.close()


async def test_the_newest_note_before_the_ack_and_all_later_ones_come_back(connected: Connected):
    first = await connected()
    printed = Printed(acking=False)
    pty = await printed.on(first, asked("printf 0123456789; read x"))
    await printed.until(b"9")
    for offset in (0, 2, 4, 8):
        pty.keep(offset, b"at %d" % offset)
    pty.keep(8, b"again at 8")
    pty.ack(5)
    first.close()
    again = only((await connected()).terminals)
    assert again.notes == [(4, b"at 4"), (8, b"again at 8")]
    assert again.offset == 5


async def test_what_was_stored_but_not_acked_is_not_delivered_again(connected: Connected):
    first = await connected()
    printed = Printed(acking=False)
    pty = await printed.on(first, asked("printf 0123456789; read x; echo more"))
    await printed.until(b"9")
    pty.ack(2)
    first.close()
    again = only((await connected()).terminals)
    later = Printed(acking=False)
    again.deliver(later.take, stored=6)
    await again.write(b"\r")
    await asyncio.wait_for(again.wait(), 10)
    assert (bytes(later.data), again.offset) == (b"6789\r\nmore\r\n", 18)
    assert only((await connected()).terminals).offset == 6


async def test_closing_a_terminal_that_was_left_leaves_it_alone(connected: Connected):
    first = await connected()
    pty = await Printed().on(first, asked("read x; exit 4"))
    first.close()
    assert await asyncio.wait_for(pty.close(), 5) == -1
    again = only((await connected()).terminals)
    again.deliver(bytearray().extend)
    await again.write(b"\r")
    assert await asyncio.wait_for(again.wait(), 10) == 4


async def test_an_ended_terminal_stays_until_it_is_forgotten(connected: Connected):
    first = await connected()
    pty = await Printed().on(first, asked("exit 3"))
    await pty.wait()
    first.close()
    second = await connected()
    again = only(second.terminals)
    again.deliver(bytearray().extend)
    assert await again.close() == 3
    assert second.terminals == {}
    second.close()
    assert (await connected()).terminals == {}


@pytest.mark.parametrize("adopted", [True, False])
async def test_a_killed_host_is_told_and_its_shells_get_a_hang_up(
    connected: Connected, losses: list[str], adopted: bool
):
    host = await connected()
    printed = Printed()
    pty = await printed.on(host, asked("echo $$; exec sleep 100"))
    await printed.until(b"\r\n")
    if not adopted:
        host.close()
        host = await connected()
        pty = only(host.terminals)
    kill(host.pid)
    await until(lambda: not lives(int(printed.data)))
    await until(lambda: losses == ["the terminal host ended"])
    pty.deliver(printed.take)
    assert (await pty.wait(), pty.lost) == (-signal.SIGHUP, True)
    again = await connected()
    assert (again.terminals, again.pid == host.pid) == ({}, False)
