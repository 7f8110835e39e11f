import pytest

from tests.iterm2_server.grid import Grid
from tests.iterm2_server.sequences import News, Sequences, Shown

pytestmark = pytest.mark.pure
LINES = 60_000  # more than the emulator keeps


def numbered(grid: Grid, first: int, end: int) -> None:
    for start in range(first, end, 500):
        lines = range(start, min(start + 500, end))
        grid.feed("".join(f"{number}\r\n" for number in lines).encode())


@pytest.fixture
def grid() -> Grid:
    return Grid((80, 24), 100, lambda _reply: None)


def text(grid: Grid, number: int) -> str:
    line = grid.line(number)
    assert line is not None
    return "".join(line.texts)


def test_a_line_keeps_its_number_whatever_is_lost_before_it(grid):
    numbered(grid, 0, LINES)
    assert (grid.above, grid.history) == (LINES - 23, 100)
    assert [text(grid, number) for number in (grid.overflow, LINES - 1)] == [
        str(LINES - 123),
        str(LINES - 1),
    ]
    assert grid.line(grid.overflow - 1) is None


def test_numbers_go_on_after_the_scrollback_was_cleared(grid):
    numbered(grid, 0, 200)
    grid.feed(b"\x1b[3J")
    assert (grid.history, grid.overflow) == (0, 177)
    numbered(grid, 200, 300)
    assert (text(grid, 299), grid.above) == ("299", 277)


def test_a_full_screen_program_leaves_the_numbers_alone(grid):
    numbered(grid, 0, 200)
    for part in (b"\x1b[?1049h", b"x\r\n" * 100, b"\x1b[?1049l"):
        grid.feed(part)
    numbered(grid, 200, 250)
    assert text(grid, 249) == "249"


def test_a_line_that_is_wrapped_is_read_as_one(grid):
    grid.feed(("w" * 100 + "\r\nnext").encode())
    assert grid.text((78, 0), (2, 2)) == "w" * 22 + "\nne"


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_sequences_are_found_however_the_bytes_are_cut(size):
    data = b"a\x1b]133;A\x07b\x1b]1337;Custom=id=x:y\x1b\\c\x1b[31md\x1b[?1049he\x1b]8;;u\x07f"
    sequences = Sequences()
    found = [
        piece
        for start in range(0, len(data), size)
        for piece in sequences.feed(data[start : start + size])
    ]
    news = [piece for piece in found if isinstance(piece, News)]
    shown = [piece.data for piece in found if isinstance(piece, Shown)]
    assert news == [News(133, "A"), News(1337, "Custom=id=x:y")]
    assert b"".join(shown) == b"abc\x1b[31md\x1b[?1049he\x1b]8;;u\x07f"
    assert b"\x1b[?1049h" in shown
