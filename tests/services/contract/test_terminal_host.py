"""The frames between a driver and its terminal-host."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contract.frames import LARGEST, Malformed
from services.contract.terminal_host import (
    Ack,
    Exited,
    Farewell,
    Forget,
    Frame,
    Frames,
    Hello,
    Listed,
    Note,
    Noted,
    Output,
    Program,
    Ready,
    Refused,
    Spawn,
    Spawned,
    Stop,
    Welcome,
    encode,
    program_in,
    spawn_frame,
)

pytestmark = pytest.mark.pure
U16, U32, U64 = (st.integers(0, 2**bits - 1) for bits in (16, 32, 64))
STATUS = st.integers(-64, 255)
FRAMES = st.one_of(
    st.builds(Hello, U16),
    st.builds(Spawn, U32, U16, U16, U16, U32, st.binary()),
    st.builds(Ack, U64, U64),
    st.builds(Note, U64, U64, st.binary()),
    st.builds(Forget, U64),
    st.builds(Stop),
    st.builds(Welcome, U16, U32),
    st.builds(Listed, U64, U32, U64, st.booleans(), STATUS, st.binary()),
    st.builds(Noted, U64, U64, st.binary()),
    st.builds(Ready),
    st.builds(Spawned, U32, U64, U32),
    st.builds(Refused, U32, U32, st.binary()),
    st.builds(Output, U64, U64, st.binary()),
    st.builds(Exited, U64, STATUS),
    st.builds(Farewell, st.binary()),
)
WORD = st.binary().map(lambda word: word.replace(b"\0", b""))
NAME = WORD.map(lambda word: word.replace(b"=", b"") + b"N")
PROGRAMS = st.builds(
    Program,
    st.lists(WORD, min_size=1).map(tuple),
    st.dictionaries(NAME, WORD),
    WORD,
    st.binary(),
)


@given(st.lists(FRAMES), st.integers(1, 40))
def test_frames_arrive_as_they_were_sent_however_they_are_cut(frames: list[Frame], size: int):
    sent = b"".join(map(encode, frames))
    arriving = Frames()
    pieces = [sent[at : at + size] for at in range(0, len(sent), size)]
    heard = [frame for piece in pieces for frame in arriving.cut(piece)]
    assert [(type(frame), frame) for frame in heard] == [(type(frame), frame) for frame in frames]


@given(PROGRAMS)
def test_a_program_is_asked_for_whole(program: Program):
    assert program_in(spawn_frame(1, (80, 24), program)) == program


@given(st.binary(max_size=200))
def test_whatever_arrives_is_a_frame_or_malformed(data: bytes):
    try:
        frames = list(Frames().cut(data))
    except Malformed:
        return
    assert data.startswith(b"".join(map(encode, frames)))


@given(st.builds(Spawn, U32, U16, U16, st.integers(0, 4), st.integers(0, 9), st.binary(max_size=9)))
def test_whatever_is_asked_is_a_program_or_malformed(frame: Spawn):
    try:
        program = program_in(frame)
    except Malformed:
        return
    assert len(program.argv) == frame.arguments
    assert len(program.note) == frame.note_size


@pytest.mark.parametrize("size", [0, LARGEST + 1, 2**32 - 1])
def test_a_frame_of_an_impossible_size_is_malformed_before_it_has_arrived(size):
    with pytest.raises(Malformed):
        list(Frames().cut(size.to_bytes(4) + b"\x03"))


def test_the_largest_frame_arrives():
    largest = Farewell(b"x" * (LARGEST - 1))
    assert list(Frames().cut(encode(largest))) == [largest]


def test_a_frame_that_nobody_would_take_is_not_made():
    with pytest.raises(ValueError, match="do not fit"):
        encode(Farewell(b"x" * LARGEST))


@pytest.mark.parametrize(
    "program",
    [
        Program((), {}, b"/"),
        Program((b"a\0b",), {}, b"/"),
        Program((b"a",), {b"A": b"x\0y"}, b"/"),
        Program((b"a",), {b"A=B": b"x"}, b"/"),
        Program((b"a",), {b"": b"x"}, b"/"),
    ],
)
def test_what_no_system_would_start_is_not_asked_for(program):
    with pytest.raises(ValueError, match=r"a program|a variable"):
        spawn_frame(1, (80, 24), program)
