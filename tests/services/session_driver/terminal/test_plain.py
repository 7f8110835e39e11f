"""Plain text is what a person would have read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.session_driver.terminal.plain import Plain, plain_text
from tests.services.session_driver.terminal.cuts import SIZES, cut

PIECES = st.sampled_from(
    [
        *(
            "abc",
            "é日",
            "\r",
            "\n",
            "\r\n",
            "\b",
            "\t",
            "\x1b",
            "\x1b[",
            "\x1b[31m",
            "\x1b[K",
            "\x1b[2K",
        ),
        *(
            "\x1b]0;t\x07",
            "\x1b]8;;u\x1b\\",
            "\x1bPq",
            "\x1b\\",
            "\x1b_G",
            "\x07",
            "\x18",
            "\x9b31m",
        ),
        *("\x9d", "\x00", "\x7f", "1234567890" * 7, "\x1b(B", "[", ";", "\\"),
    ]
).map(str.encode) | st.sampled_from([b"\xff", b"\xe2\x82", b"\xc2", b"\x9b"])


@pytest.mark.pure
@given(st.lists(PIECES), SIZES)
def test_text_does_not_depend_on_how_the_bytes_are_cut(pieces, sizes):
    data = b"".join(pieces)
    chunks = list(cut(data, sizes))
    assert text_of(chunks) == text_of([data])


def text_of(chunks: list[bytes]) -> str:
    plain = Plain(longest_line=64)
    return "".join(map(plain.feed, chunks)) + plain.finish()


@pytest.mark.pure
@pytest.mark.parametrize(
    ("printed", "read"),
    [
        (b"a\r\nb\r\r\n", "a\nb\n"),
        (b"\x1b[1;31mred\x1b[0m \x1b]8;;https://x\x07link\x1b]8;;\x1b\\", "red link"),
        (b" 10%\r 50%\r100%\r\n", "100%\n"),
        (b"downloading 10%\r\x1b[Kdone\n", "done\n"),
        (b"abd\bc\n", "abc\n"),
        (b"\x1b]0;title\x07\x1b]52;c;c2VjcmV0\x07\x1bPq#0~\n~\x1b\\\x1b_Gimage\x1b\\ok", "ok"),
        (b"\x07a\x00b\x7f\x1b(B\x1b=c", "abc"),
        ("\x9b31mé\x9d0;t\x07".encode(), "é"),
        (b"\xff\xe2\x82 x", "\ufffd\ufffd x"),
        (b"a\tb", "a\tb"),
    ],
)
def test_what_is_printed_reads_as(printed, read):
    assert plain_text(printed) == read


@pytest.mark.pure
def test_an_overlong_line_is_not_cut_inside_a_character():
    assert text_of([("é日" * 30).encode()]) == "é日" * 30
