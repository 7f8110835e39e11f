"""Only the terminal's own echo of the keys is taken out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.session_driver.terminal.echo import MOST, Echo
from tests.services.session_driver.terminal.cuts import SIZES, cut

pytestmark = pytest.mark.pure


@given(st.sampled_from([b"", b"[1] Done\r\n"]), st.binary(), SIZES)
def test_output_starts_where_the_echo_ends(before, output, sizes):
    echo = Echo(b"echo hi\r")
    pieces = cut(before + b"echo hi\r\n" + output, sizes)
    assert b"".join(map(echo.feed, pieces)) + echo.rest() == output


def test_what_is_printed_without_an_echo_is_all_kept():
    echo = Echo(b"secret\r")
    assert (echo.feed(b"one\r\n"), echo.rest(), echo.feed(b"two")) == (b"", b"one\r\n", b"two")


def test_an_echo_that_does_not_come_is_not_waited_for_for_ever():
    echo = Echo(b"secret\r")
    assert echo.feed(b"x" * MOST) == b""
    assert echo.feed(b"y") == b"x" * MOST + b"y"
    assert echo.over
