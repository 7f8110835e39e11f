"""Which lines a wait finds in what a terminal prints."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.session_driver.search import Found, Search
from services.session_driver.terminal.expression import BadExpression, expression

pytestmark = pytest.mark.pure
COMMAND = b"\x1b]133;C;eim=n;n=1\x07"


def searching(text, at=0):
    return Search(lambda line: text in line, "n", at)


def test_a_line_is_found_whatever_pieces_it_comes_in():
    search = searching("ready")
    assert search.feed(0, b"one\r\nit is re") is None
    assert search.feed(13, b"ady now\r\nmore") == Found("it is ready now", 22)


def test_a_search_goes_on_after_the_line_that_was_found():
    printed = b"a 1\nb\na 2\na 3\n"
    first = searching("a").feed(0, printed)
    second = searching("a", first.go_on).feed(first.go_on, printed[first.go_on :])
    assert (first.line, second) == ("a 1", Found("a 2", 10))


def test_colours_and_what_was_written_over_are_not_searched():
    search = searching("done")
    assert search.feed(0, b"done\r\x1b[Knot yet\r\n") is None
    assert search.feed(17, b"d\x1b[31mone\x1b[0m\r\n") == Found("done", 32)


def test_a_question_without_an_end_of_line_is_tested_when_asked_for():
    search = searching("Proceed?")
    assert search.feed(0, b"text\nProceed? ") is None
    assert (search.go_on, search.unfinished()) == (5, Found("Proceed? ", 14))


def test_the_next_search_begins_with_the_line_that_is_not_complete():
    search = searching("x")
    search.feed(100, b"one\ntwo\nthr")
    assert (search.go_on, search.gap_bytes) == (108, 100)


def test_a_typed_command_line_is_left_out_up_to_the_mark_of_its_command():
    search = searching("marker")
    search.typed(2, marked=True)
    typed = b"$ echo marker\r\n> marker\r\n"
    assert search.feed(0, typed + COMMAND + b"the marker\r\n") == Found(
        "the marker", len(typed) + len(COMMAND) + 12
    )


def test_without_marks_a_typed_line_is_left_out_up_to_its_line_feed():
    search = searching("marker")
    search.typed(2, marked=False)
    assert search.feed(0, b"$ echo marker") is None
    assert search.feed(13, b"\r\nmarker\r\n") == Found("marker", 23)


def test_a_forged_mark_is_none():
    search = searching("marker")
    search.typed(0, marked=True)
    assert search.feed(0, b"echo \x1b]133;C;eim=other;n=1\x07 marker\r\n") is None


@given(
    st.lists(st.sampled_from([b"a", b"x\r\n", b"\n", b"\x1b[1m", "€".encode(), b"\r", b"needle"])),
    st.lists(st.integers(1, 7), min_size=1),
)
def test_the_cuts_change_nothing(parts, sizes):
    printed, whole, cut = b"".join(parts), searching("needle"), searching("needle")
    expected, at, found, turn = whole.feed(0, printed), 0, None, 0
    while at < len(printed) and found is None:
        size = sizes[turn % len(sizes)]
        found = cut.feed(at, printed[at : at + size])
        at, turn = at + size, turn + 1
    assert found == expected


def test_no_expression_takes_long():
    assert not expression("(x+x+)+y")("x" * 100_000)


@pytest.mark.parametrize("pattern", ["(", "x(?=y)", "a{1000}{1000}", "(?:a{999}){999}"])
def test_an_expression_that_is_not_taken_is_said_why(pattern):
    with pytest.raises(BadExpression, match=r"\w"):
        expression(pattern)
