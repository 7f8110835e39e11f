"""Who may connect, and what becomes of those who should not."""

import asyncio
import os
import socket
import subprocess
import sys

import pytest

from services.contract.frames import LARGEST
from services.contract.terminal_host import (
    VERSION,
    Ack,
    Farewell,
    Forget,
    Frame,
    Frames,
    Hello,
    Note,
    Spawn,
    Stop,
    Welcome,
    encode,
)
from services.session_driver.terminal.host_start import HostPlace, HostUnavailable
from services.session_driver.terminal.terminal_host import TerminalHost
from tests.services.terminal_host.conftest import Connected
from tests.support.terminal_host import Printed, asked, until


def talk(place: HostPlace, *sent: bytes) -> list[Frame]:
    """Send bytes and return what is answered until the host closes the connection."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(str(place.socket))
        for each in sent:
            connection.sendall(each)
        heard = Frames()
        frames: list[Frame] = []
        try:
            while data := connection.recv(65536):
                frames += heard.cut(data)
        except ConnectionResetError:  # it closed with some of what we sent unread
            pass
    return frames


HELLO = encode(Hello(VERSION))


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        ([b"GET / HTTP/1.1\r\n\r\n"], b"a frame of"),
        ([HELLO, (LARGEST + 1).to_bytes(4) + b"\x03"], b"a frame of"),
        ([HELLO, (3).to_bytes(4) + b"\x63xx"], b"of kind 99"),
        ([HELLO, HELLO], b"Hello is nothing"),
        ([HELLO, encode(Farewell(b""))], b"Farewell is nothing"),
        ([HELLO, encode(Ack(1, 2))], b"there is no terminal"),
        ([HELLO, encode(Spawn(1, 80, 24, 2, 0, b"/\0sh"))], b"without all its arguments"),
        ([encode(Stop())], b"Stop before Hello"),
        ([encode(Hello(VERSION + 1))], b"speaks version"),
    ],
)
async def test_what_no_driver_would_send_closes_the_connection(
    place: HostPlace, host: TerminalHost, sent: list[bytes], reason: bytes
):
    frames = await asyncio.to_thread(talk, place, *sent)
    assert isinstance(frames[-1], Farewell)
    assert reason in frames[-1].reason
    assert reason.decode() in place.log.read_text()


async def terminal_of(host: TerminalHost) -> int:
    printed = Printed(acking=False)
    pty = await printed.on(host, asked("printf 1234; read x"))
    await printed.until(b"1234")
    return pty.id


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (lambda terminal: Ack(terminal, 5), "an ack of 5, and only 4 bytes are told"),
        (lambda terminal: Note(terminal, 5, b""), "a note at 5, and only 4 bytes are told"),
        (lambda terminal: Note(terminal, 0, b"x" * 1_100_000), "no ack"),
        (Forget, "has not ended"),
    ],
)
async def test_a_driver_that_contradicts_itself_is_cut_off_and_its_terminals_go_on(
    connected: Connected, losses: list[str], wrong, reason: str
):
    host = await connected()
    terminal = await terminal_of(host)
    host.send(wrong(terminal))
    await until(lambda: bool(losses))
    assert reason in losses[0]
    assert list((await connected()).terminals) == [terminal]


async def test_a_newer_driver_takes_over_and_the_older_one_is_told(
    connected: Connected, losses: list[str]
):
    old = await connected()
    before = await Printed().on(old, asked("read x; echo got $x"))
    new = await connected()
    await until(lambda: losses == ["another driver took over"])
    printed = Printed()
    pty = new.terminals[before.id]
    pty.deliver(printed.take)
    await pty.write(b"it\r")
    assert await asyncio.wait_for(pty.wait(), 10) == 0
    with pytest.raises(HostUnavailable):
        await old.spawn(asked("true"), str)


async def test_a_driver_of_another_version_is_told_what_to_do(
    place: HostPlace, host: TerminalHost, monkeypatch: pytest.MonkeyPatch
):
    named = "services.session_driver.terminal.terminal_host.VERSION"
    monkeypatch.setattr(named, VERSION + 1)
    with pytest.raises(HostUnavailable, match=f"speaks version.*end process {host.pid}"):
        await TerminalHost.connect(place, str)


async def test_connections_that_say_nothing_are_not_collected(place: HostPlace, host: TerminalHost):
    silent = [socket.socket(socket.AF_UNIX) for _ in range(12)]
    for connection in silent:
        connection.settimeout(10)
        connection.connect(str(place.socket))
    for connection in silent[:4]:
        assert b"too many" in await asyncio.to_thread(connection.recv, 100)
    await (await Printed().on(host, asked("true"))).close()
    for connection in silent:
        connection.close()


def knock_as(uid: int, place: HostPlace) -> subprocess.CompletedProcess[bytes]:
    """Connect as another user, in a child process, and return what is answered."""
    code = (
        "import os, socket, sys; os.setuid(int(sys.argv[1])); s = socket.socket(socket.AF_UNIX);"
        "s.settimeout(10); s.connect(sys.argv[2]); s.sendall(bytes.fromhex(sys.argv[3]));"
        "sys.stdout.buffer.write(s.recv(1000))"
    )
    arguments = [str(uid), str(place.socket), HELLO.hex()]
    command = [sys.executable, "-I", "-S", "-c", code, *arguments]
    return subprocess.run(command, capture_output=True, timeout=20, check=False)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can be somebody else")
async def test_another_user_is_refused_by_the_folder_and_also_by_the_host(
    place: HostPlace, host: TerminalHost
):
    kept_out = await asyncio.to_thread(knock_as, 12345, place)
    assert b"PermissionError" in kept_out.stderr
    for path, mode in ((place.home.root, 0o711), (place.home.run, 0o711), (place.socket, 0o666)):
        path.chmod(mode)
    ours = await asyncio.to_thread(knock_as, 0, place)
    assert isinstance(next(Frames().cut(ours.stdout)), Welcome)
    theirs = await asyncio.to_thread(knock_as, 12345, place)
    assert theirs.stdout == b""
    assert "refused a connection of user 12345" in place.log.read_text()
