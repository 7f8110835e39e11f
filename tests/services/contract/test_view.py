"""The frames between a view and the driver."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contract.frames import Malformed
from services.contract.view import (
    Attach,
    Farewell,
    Frame,
    Frames,
    GiveBack,
    Notice,
    Output,
    Picture,
    Redraw,
    Resized,
    Take,
    Typed,
    Welcome,
    encode,
)

pytestmark = pytest.mark.pure
U16 = st.integers(0, 2**16 - 1)
FRAMES = st.one_of(
    st.builds(Attach, U16, U16, U16, st.booleans(), st.binary()),
    st.builds(Typed, st.binary()),
    st.builds(Resized, U16, U16),
    st.builds(Redraw),
    st.builds(Take),
    st.builds(GiveBack),
    st.builds(Welcome, st.binary()),
    st.builds(Picture, U16, U16, st.binary()),
    st.builds(Output, st.binary()),
    st.builds(Notice, st.binary()),
    st.builds(Farewell, st.booleans(), st.binary()),
)


@given(st.lists(FRAMES), st.integers(1, 9))
def test_frames_arrive_as_they_were_sent_whatever_pieces_they_come_in(
    sent: list[Frame], size: int
) -> None:
    data = b"".join(map(encode, sent))
    arriving = Frames()
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    assert [frame for piece in pieces for frame in arriving.cut(piece)] == sent


@pytest.mark.parametrize("data", [b"\0\0\0\1\x63", b"\0\0\0\0\0", b"\xff\xff\xff\xff\1"])
def test_what_is_no_frame_is_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        list(Frames().cut(data))
