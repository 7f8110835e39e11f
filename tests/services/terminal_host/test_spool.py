"""What is kept of a terminal until its driver has stored it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contract.terminal_host import SPOOL
from services.terminal_host.spool import NOTES, Notes, Spool

pytestmark = pytest.mark.pure


@given(st.lists(st.tuples(st.binary(max_size=20), st.integers(0, 100))))
def test_every_byte_that_is_not_acked_is_there_at_its_offset(steps: list[tuple[bytes, int]]):
    spool, printed = Spool(), b""
    for data, share in steps:
        spool.append(data)
        printed += data
        spool.trim(len(printed) * share // 100)
        assert spool.after(spool.start, SPOOL) == printed[spool.start :]
        assert spool.end == len(printed)


def test_an_ack_of_what_was_never_printed_is_refused():
    spool = Spool()
    spool.append(b"abc")
    with pytest.raises(ValueError, match="after the end"):
        spool.trim(4)


def test_the_room_is_what_is_left_of_the_spool():
    spool = Spool()
    spool.append(b"x" * (SPOOL - 10))
    assert spool.room == 10
    spool.append(b"x" * 20)  # the last of a program that ended
    assert spool.room == 0


def test_an_old_ack_changes_nothing():
    spool = Spool()
    spool.append(b"abc")
    spool.trim(2)
    spool.trim(1)
    assert (spool.start, spool.after(2, 9)) == (2, b"c")


def kept_of(offsets: list[int], acked: int) -> list[int]:
    notes = Notes()
    for offset in offsets:
        notes.add(offset, str(offset).encode())
    notes.trim(acked)
    assert all(note == str(offset).encode() for offset, note in notes.kept)
    return [offset for offset, _ in notes.kept]


def test_the_newest_note_up_to_the_ack_and_all_later_ones_are_kept():
    assert kept_of([0, 10, 20, 30, 40], 25) == [20, 30, 40]
    assert kept_of([0, 10, 20], 20) == [20]
    assert kept_of([10, 20], 5) == [10, 20]
    assert kept_of([30, 10, 20], 15) == [10, 20, 30]


def test_a_second_note_at_an_offset_replaces_the_first():
    notes = Notes()
    notes.add(5, b"old")
    notes.add(5, b"new")
    assert notes.kept == [(5, b"new")]


def test_notes_without_end_are_refused():
    notes = Notes()
    notes.add(1, b"x" * NOTES)
    with pytest.raises(ValueError, match="no ack"):
        notes.add(2, b"x")
