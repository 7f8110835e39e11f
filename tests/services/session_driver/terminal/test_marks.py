"""The scanner finds our marks in any stream, cut anywhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.session_driver.terminal.marks import Mark, Marks
from tests.services.session_driver.terminal.cuts import SIZES, cut

NONCE = "0123abcd"
PIECES = st.sampled_from(
    [
        f"\x1b]133;A;eim={NONCE};n=4;p=7;d=1\x07".encode(),
        f"\x1b]133;C;eim={NONCE};n=5\x07".encode(),
        f"\x1b]133;D;130;eim={NONCE};n=5\x1b\\".encode(),
        f"\x1b]6973;cwd=/a%20b;eim={NONCE};n=5\x07".encode(),
        f"\x1b]6973;exit=3;eim={NONCE};p=5\x07".encode(),
        b"\x1b]133;D;0;eim=ffff;n=5\x07",
        *(
            b"\x1b[?2004h",
            b"\x1b[?1049;2004l",
            b"\x1b[31m",
            b"\x1b",
            b"\x1b]",
            b"\x1b]133;",
            b"\x07",
        ),
        *(b"plain text\r\n", "日本".encode(), b"\x1b]0;title\x07", b"\x1b[?", b"133;D", b"\x1b\\"),
    ]
)


def scanned(chunks: list[bytes]) -> tuple[list[Mark], int, bytes]:
    marks = Marks(NONCE)
    found = [mark for chunk in chunks for mark in marks.feed(chunk)]
    return found, marks.settled, marks.kept


@pytest.mark.pure
@given(st.lists(PIECES), SIZES)
def test_marks_do_not_depend_on_how_the_stream_is_cut(pieces, sizes):
    data = b"".join(pieces)
    chunks = list(cut(data, sizes))
    found, settled, kept = scanned(chunks)
    assert found == scanned([data])[0]
    assert settled + len(kept) == len(data)


@pytest.mark.pure
def test_a_mark_says_where_it_is_and_what_it_carries():
    sequence = f"\x1b]133;D;130;eim={NONCE};n=5\x07".encode()
    assert scanned([b"abc" + sequence + b"d"])[0] == [
        Mark("end", 3, 3 + len(sequence), n=5, exit_code=130)
    ]


@pytest.mark.pure
@pytest.mark.parametrize("nonce", ["", "0123ABCD", "0123abc", "0123abcd0"])
def test_a_mark_with_another_nonce_is_no_mark(nonce):
    assert scanned([f"\x1b]133;D;0;eim={nonce};n=5\x07\x1b]133;D;0\x07".encode()])[0] == []


@pytest.mark.pure
def test_an_endless_mark_is_not_kept():
    assert len(scanned([b"\x1b]133;" + b"x" * 100_000])[2]) == 0
