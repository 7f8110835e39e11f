import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.session_driver.tape import RECORD, Record, Tape

pytestmark = pytest.mark.pure

LIMIT = 100
STEPS = st.lists(st.one_of(st.binary(max_size=80), st.sampled_from(["begin", "note", "next"])))


def records(tape):
    return list(iter(tape.next, None))


def test_small_pieces_are_gathered_into_one_record():
    tape = Tape(LIMIT)
    tape.put(b"ab")
    tape.put(b"cd")
    assert records(tape) == [Record("output", 0, 4, b"abcd")]


def test_a_large_piece_is_cut():
    tape = Tape(10 * RECORD)
    tape.put(b"x" * (RECORD + 1))
    assert [(r.offset, r.end) for r in records(tape)] == [(0, RECORD), (RECORD, RECORD + 1)]


def test_bytes_over_the_limit_are_counted_exactly():
    tape = Tape(4)
    tape.put(b"abcdef")
    tape.put(b"gh")
    assert records(tape) == [Record("output", 0, 4, b"abcd"), Record("gap", 4, 8)]
    assert tape.dropped == 4


def test_bytes_that_were_never_put_here_are_a_gap():
    tape = Tape(LIMIT)
    tape.skip_to(3)
    tape.put(b"ab")
    tape.skip_to(5)
    assert records(tape) == [Record("gap", 0, 3), Record("output", 3, 5, b"ab")]


def test_the_next_command_may_record_again():
    tape = Tape(2)
    tape.put(b"abc")
    tape.begin("c1")
    tape.put(b"de")
    assert records(tape)[1:] == [Record("gap", 2, 3, b"", ("3=c1",)), Record("output", 3, 5, b"de")]
    assert tape.dropped == 0


def test_a_note_stands_where_the_output_is():
    tape = Tape(LIMIT)
    tape.put(b"ab")
    tape.note("keyframe", b"c1")
    tape.put(b"cd")
    assert records(tape) == [
        Record("output", 0, 2, b"ab"),
        Record("keyframe", 2, 2, b"c1"),
        Record("output", 2, 4, b"cd"),
    ]


def test_a_command_is_marked_in_the_record_that_it_began_in():
    tape = Tape(LIMIT)
    tape.put(b"$ ")
    tape.begin("c1")
    tape.put(b"hi\n")
    assert records(tape) == [Record("output", 0, 5, b"$ hi\n", ("2=c1",))]


def test_an_empty_tape_has_no_record():
    assert Tape(LIMIT).next() is None


def played(steps):
    """Return the tape, the records it gave out, and everything that was put on it."""
    tape, out, printed = Tape(LIMIT), [], b""
    for step in steps:
        match step:
            case "begin":
                tape.begin("c1")
            case "note":
                tape.note("keyframe", b"note")
            case "next":
                out += filter(None, [tape.next()])
            case bytes():
                printed += step
                tape.put(step)
    return tape, out, printed


@given(STEPS)
def test_every_byte_is_recorded_or_counted_as_missing(steps):
    tape, out, printed = played(steps)
    at = 0
    for record in out + records(tape):
        assert record.offset == at
        if record.kind == "output":
            assert record.body == printed[at : record.end]
        at = record.end
    assert at == len(printed)


@given(STEPS)
def test_what_waits_is_known_to_the_byte(steps):
    tape, _, _ = played(steps)
    waiting = tape.waiting
    assert waiting == sum(len(record.body) for record in records(tape))
    assert tape.waiting == 0
