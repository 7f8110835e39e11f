"""A capture counts everything and keeps the two ends."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.session_driver.terminal.capture import Capture, Excerpt


def captured(data: bytes, head: int = 40, tail: int = 40, step: int = 7) -> Capture:
    capture = Capture(b"key", head, tail)
    for at in range(0, len(data), step):
        capture.feed(data[at : at + step])
    return capture


@pytest.mark.pure
@given(st.lists(st.sampled_from(["", "a", "line", "a longer line " * 3])), st.booleans())
def test_counts_and_digest_are_exact(lines, ended):
    data = ("\r\n".join(lines) + ("\r\n" if ended else "")).encode()
    capture = captured(data)
    assert capture.total_bytes == len(data)
    assert capture.total_lines == len(data.decode().splitlines())
    assert capture.digest == hmac.new(b"key", data, hashlib.sha256).hexdigest()


@pytest.mark.pure
@given(st.lists(st.sampled_from(["", "a", "line"])), st.integers(0, 60), st.integers(1, 50))
def test_shown_and_omitted_lines_are_all_lines(lines, limit, step):
    data = "".join(line + "\r\n" for line in lines).encode()
    excerpt = captured(data, step=step).excerpt(limit)
    shown = len((excerpt.head + excerpt.tail).splitlines())
    assert shown + excerpt.omitted_lines == len(lines)
    assert len(excerpt.head) + len(excerpt.tail) <= limit


@pytest.mark.pure
def test_a_short_output_is_shown_whole():
    assert captured(b"one\r\ntwo").excerpt(100) == Excerpt("one\ntwo", "", 0)


@pytest.mark.pure
def test_a_long_output_is_shown_from_both_ends():
    data = "".join(f"{n}\r\n" for n in range(1000)).encode()
    assert captured(data).excerpt(24) == Excerpt("0\n1\n2\n3\n4\n5\n", "997\n998\n999\n", 991)


@pytest.mark.pure
def test_memory_is_bounded():
    capture = captured(b"x" * 1_000_000, step=4096)
    assert len(capture._head) + len(capture._tail) <= 40 + 80 + 4096
