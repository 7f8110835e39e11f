"""What a driver makes of what arrives from its terminal-host."""

import asyncio
import os
import socket
from collections.abc import Iterator

import pytest

from services.contract.terminal_host import (
    Exited,
    Farewell,
    Frame,
    Listed,
    Output,
    Ready,
    Spawned,
    encode,
)
from services.session_driver.terminal.host_link import HostLink
from tests.support.terminal_host import until


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    yield ours, theirs
    theirs.close()


def nothing(_frame: Frame, _descriptor: int) -> None:
    """Hear and forget."""


async def test_frames_that_came_together_are_heard_though_one_hearer_fails(ends):
    heard: list[Frame] = []
    failures: list[str] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: failures.append(str(context["exception"])))

    def hear(frame: Frame, _descriptor: int) -> None:
        heard.append(frame)
        if frame in sent[:2]:
            raise RuntimeError(str(frame[0]))

    sent = [Output(1, 0, b"a"), Output(2, 0, b"b"), Exited(1, 0)]
    link = HostLink(ends[0], hear, str)
    ends[1].sendall(b"".join(map(encode, sent)))
    await until(lambda: heard == sent)
    assert failures == ["1", "2"]
    link.close("done")


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (encode(Spawned(1, 2, 3)), "Spawned without its descriptor"),
        (b"\0\0\0\1\xff", "no frame is of kind 255"),
        (encode(Farewell(b"so long")), "so long"),
        (b"", "the terminal host ended"),
        (encode(Ready())[:-1], "the terminal host ended"),
    ],
)
async def test_the_end_of_a_connection_is_told_with_its_reason(ends, sent, reason):
    ended: list[str] = []
    HostLink(ends[0], nothing, ended.append)
    ends[1].sendall(sent)
    ends[1].close()
    await until(lambda: bool(ended))
    assert reason in ended[0]


async def test_a_descriptor_arrives_with_its_frame_and_stays_in_this_process(ends):
    arrived: list[tuple[Frame, int]] = []
    link = HostLink(ends[0], lambda *heard: arrived.append(heard), str)
    frames = [Listed(n, 2, 3, ended=False, status=0, note=b"") for n in range(3)]
    for frame in frames:
        socket.send_fds(ends[1], [encode(frame)], [ends[1].fileno()])
    await until(lambda: len(arrived) == 3)
    assert [frame for frame, _ in arrived] == frames
    descriptors = [descriptor for _, descriptor in arrived]
    assert [os.get_inheritable(descriptor) for descriptor in descriptors] == [False] * 3
    for descriptor in descriptors:
        os.close(descriptor)
    link.close("done")


async def test_more_than_the_socket_takes_is_sent_when_it_takes_more(ends):
    link = HostLink(ends[0], nothing, str)
    frames = [Exited(n, 0) for n in range(40_000)]
    for each in frames:
        link.send(each)
    whole = b"".join(map(encode, frames))
    got = bytearray()
    while len(got) < len(whole):
        got += await asyncio.to_thread(ends[1].recv, 1_000_000)
    assert got == whole
    link.close("done")
