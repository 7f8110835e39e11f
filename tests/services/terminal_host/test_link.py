"""What waits to be told to a driver that takes it slowly."""

import os
import socket
from array import array
from contextlib import closing
from pathlib import Path

import pytest

from services.contract.terminal_host import Frames, Listed, Ready
from services.terminal_host.link import Gone, Link


def test_a_descriptor_goes_along_once_however_slowly_its_frame_is_taken():
    ours, theirs = socket.socketpair()
    link, heard, along = Link(ours), Frames(), array("i")
    listed = Listed(1, 2, 3, ended=True, status=4, note=b"x" * 1_000_000)
    with closing(ours), closing(theirs), Path(os.devnull).open("rb") as file:
        link.tell(listed, file.fileno())
        link.tell(Ready())
        frames = []
        while not link.flush() or Ready() not in frames:
            data, rights, _, _ = theirs.recvmsg(65536, socket.CMSG_SPACE(64))
            frames += heard.cut(data)
            for _, _, numbers in rights:
                along.frombytes(numbers)
    for descriptor in along:
        os.close(descriptor)
    assert (frames, len(along)) == ([listed, Ready()], 1)


def test_a_driver_that_went_is_noticed_by_what_is_asked_and_told():
    ours, theirs = socket.socketpair()
    link = Link(ours)
    theirs.close()
    with closing(ours), pytest.raises(Gone):
        list(link.asked())
    link.tell(Ready())
    with pytest.raises(Gone):
        link.flush()
