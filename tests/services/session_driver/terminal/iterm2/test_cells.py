"""Rows as iTerm2 tells them, turned into what a terminal is sent."""

import pytest
from iterm2.api_pb2 import AlternateColor, CellStyle, CodePointsPerCell, LineContents

from services.session_driver.terminal.iterm2.cells import Row, row_of

pytestmark = pytest.mark.pure
PLAIN = {"fgAlternate": AlternateColor.DEFAULT, "bgAlternate": AlternateColor.DEFAULT}


def line(text: str, points: list[tuple[int, int]], *styles: CellStyle) -> LineContents:
    runs = [CodePointsPerCell(num_code_points=count, repeats=times) for count, times in points]
    return LineContents(text=text, code_points_per_cell=runs, style=styles)


def plain(cells: int) -> CellStyle:
    return CellStyle(repeats=cells, **PLAIN)


@pytest.mark.parametrize(
    ("told", "text"),
    [
        (line("abc", [(1, 3)], plain(3)), "abc"),
        (line("ab", [(1, 1), (0, 3), (1, 1)], plain(5)), "a   b"),  # never written in between
        (line("日x", [(1, 1), (0, 1), (1, 1)], plain(3)), "日x"),  # the half of a wide character
        (line("e\u0301x", [(2, 1), (1, 1)], plain(2)), "e\u0301x"),
        (line("", [], plain(0)), ""),
    ],
)
def test_the_text_of_a_row_is_what_its_cells_show(told, text):
    assert row_of(told) == Row(text, text, soft=False)


def test_a_row_can_be_read_up_to_a_column():
    assert row_of(line("日本x", [(1, 1), (0, 1), (1, 1), (0, 1), (1, 1)], plain(5)), 2).text == "日"


def test_styles_are_written_as_a_terminal_is_told_them():
    red = CellStyle(repeats=2, fgStandard=1, bold=True, bgAlternate=AlternateColor.DEFAULT)
    assert row_of(line("abc", [(1, 3)], red, plain(1))).styled == "\x1b[0;1;38;5;1mab\x1b[0mc"


def test_a_control_character_in_a_cell_is_not_obeyed():
    assert row_of(line("a\x1bb", [(1, 3)], plain(3))).styled == "a b"
