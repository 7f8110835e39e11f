import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contract.terminal import ReadOutput
from services.session_driver.pages import Page, Pager
from services.session_driver.terminal.plain import plain_text

pytestmark = pytest.mark.pure

LETTERS = st.sampled_from(["a", "b ", "ä", "漢字", "🙂", "\x1b[31m", "\x1b[0m", "\t"])
LINES = st.lists(st.lists(LETTERS, max_size=12).map("".join), max_size=8)
TEXTS = st.builds(
    lambda lines, end, last: end.join(lines) + last,
    LINES,
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "\n"]),
)
CUTS = st.lists(st.integers(1, 30), min_size=1, max_size=5)
THREE = b"one\ntwo\nthree\n"


def pieces(data, cuts=(1000,)):
    """Cut data into pieces of these lengths, over and over."""
    at, turn = 0, 0
    while at < len(data):
        size = cuts[turn % len(cuts)]
        yield at, data[at : at + size]
        at, turn = at + size, turn + 1


def page(data, cuts=(1000,), **question):
    pager = Pager(ReadOutput(session_id="s1", **question))
    for offset, body in pieces(data, cuts):
        pager.feed(offset, body)
        if pager.full:
            break
    return pager.page()


def pages(data, cuts, size):
    """Read page after page, each from where the one before ended."""
    found = [page(data, cuts, max_chars=size)]
    while not found[-1].at_end:
        last = found[-1]
        found.append(page(data, cuts, max_chars=size, offset=last.next_offset, line=last.next_line))
        assert found[-1].next_offset > last.next_offset
    return found


def test_a_short_recording_is_one_page():
    assert page(THREE) == Page("one\ntwo\nthree\n", 0, 14, 3, True, 0)


def test_nothing_recorded_is_an_empty_page_at_the_end():
    assert page(b"") == Page("", 0, 0, 0, True, 0)


def test_a_page_ends_with_a_whole_line():
    assert page(THREE, max_chars=9) == Page("one\ntwo\n", 0, 8, 2, False, 0)


def test_a_line_longer_than_a_page_is_cut():
    assert page(b"abcdef", max_chars=4) == Page("abcd", 0, 4, 0, False, 0)


def test_a_page_goes_on_where_another_ended():
    assert page(THREE, offset=8, line=2) == Page("three\n", 2, 14, 3, True, 0)


def test_a_page_starts_at_a_line():
    assert page(THREE, from_line=2) == Page("three\n", 2, 14, 3, True, 0)


def test_a_page_beyond_the_last_line_is_empty_and_goes_on_from_there():
    assert page(THREE, from_line=9) == Page("", 3, 14, 3, True, 0)


def test_the_tail_is_the_last_lines():
    assert page(THREE, tail=2) == Page("two\nthree\n", 1, 14, 3, True, 0)
    assert page(b"one\ntwo\nthr", tail=2) == Page("two\nthr", 1, 11, 2, True, 0)


def test_a_tail_is_no_longer_than_a_page():
    assert page(THREE, tail=3, max_chars=7).text == "\nthree\n"


def test_a_tail_does_not_start_within_a_character():
    assert page("ää\n".encode(), tail=1, max_chars=4).text == "ä\n"


def test_only_the_part_asked_for_is_read():
    assert page(THREE, first_offset=4, end_offset=8) == Page("two\n", 0, 8, 1, True, 0)


def gapped(**question):
    """Three bytes, a gap of four, three bytes."""
    pager = Pager(ReadOutput(session_id="s1", **question))
    pager.feed(0, b"ab\n")
    pager.gap(3, 7)
    pager.feed(7, b"cd\n")
    return pager.page()


def test_a_gap_is_counted_and_passed_over():
    assert gapped() == Page("ab\ncd\n", 0, 10, 2, True, 4)


def test_a_page_that_ends_at_a_gap_tells_of_it_and_the_next_one_does_not():
    first = gapped(max_chars=3)
    assert first == Page("ab\n", 0, 7, 1, False, 4)
    assert gapped(offset=7, line=1) == Page("cd\n", 1, 10, 2, True, 0)


def test_a_gap_before_the_page_is_none_of_it():
    assert gapped(tail=1) == Page("cd\n", 1, 10, 2, True, 0)
    assert gapped(offset=8, line=1) == Page("d\n", 1, 10, 2, True, 0)


def test_a_gap_after_the_page_is_none_of_it():
    assert gapped(end_offset=3) == Page("ab\n", 0, 3, 1, True, 0)


def test_a_gap_is_counted_only_within_the_part_asked_for():
    assert gapped(first_offset=5, end_offset=6) == Page("", 0, 6, 0, True, 1)


def test_records_that_aged_out_are_a_gap():
    pager = Pager(ReadOutput(session_id="s1"))
    pager.feed(100, b"ab\n")
    assert pager.page() == Page("ab\n", 0, 103, 1, True, 100)


def test_a_record_stored_twice_is_read_once():
    pager = Pager(ReadOutput(session_id="s1"))
    for offset, body in ((0, b"ab\n"), (0, b"ab\n"), (2, b"\ncd\n")):
        pager.feed(offset, body)
    assert pager.page() == Page("ab\ncd\n", 0, 6, 2, True, 0)


def test_a_page_of_many_lines_takes_no_time():
    assert page(b"x\n" * 500_000, cuts=(65536,), from_line=499_999).text == "x\n"


@given(TEXTS, CUTS, st.integers(24, 60))
def test_the_pages_together_are_the_whole_text(text, cuts, size):
    data = text.encode()
    found = pages(data, cuts, size)
    assert "".join(each.text for each in found) == plain_text(data)
    assert found[-1].next_line == data.count(b"\n")


@given(TEXTS, CUTS, st.integers(4, 60), st.integers(0, 9), st.integers(0, 9))
def test_a_page_does_not_depend_on_how_the_recording_was_cut(text, cuts, size, line, tail):
    data = text.encode()
    whole = page(data, max_chars=size, from_line=line, tail=tail)
    assert page(data, cuts, max_chars=size, from_line=line, tail=tail) == whole


@given(TEXTS, CUTS, st.integers(0, 9))
def test_lines_are_counted_from_the_top(text, cuts, line):
    lines = text.encode().splitlines(keepends=True)
    assert page(text.encode(), cuts, from_line=line).text == plain_text(b"".join(lines[line:]))


@given(TEXTS, CUTS, st.integers(1, 9))
def test_a_tail_counts_from_the_bottom(text, cuts, tail):
    lines = text.encode().splitlines(keepends=True)
    found = page(text.encode(), cuts, tail=tail)
    assert found.text == plain_text(b"".join(lines[-tail:]))
    assert found.first_line == max(0, len(lines) - tail)
