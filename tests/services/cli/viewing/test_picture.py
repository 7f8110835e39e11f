"""What is put onto a person's terminal."""

import pytest

from services.cli.viewing.picture import noted, shown
from services.contract.view import Picture
from services.session_driver.terminal.screen import Screen


def looks(data: bytes, cols: int = 40, rows: int = 6) -> list[str]:
    screen = Screen(cols, rows)
    screen.feed(b"before\r\nhere: " + data + b"after")
    return screen.text().split("\n")


def test_a_line_is_noted_at_the_bottom_and_the_cursor_stays() -> None:
    lines = looks(noted(["one", "two"], (40, 6)))
    assert (lines[:2], lines[-2:]) == (["before", "here: after"], ["one", "two"])


def test_a_long_line_is_noted_in_several_and_never_over_the_whole_screen() -> None:
    lines = looks(noted(["word " * 60], (40, 6)))
    assert lines[0] == "before"
    assert all(line.startswith("word word") for line in lines[2:5])


@pytest.mark.parametrize("before", [b"\x1b[?1049h", b"\x1b[2;3r", b"\x1b[?6h", b"\x1b]2;cut"])
def test_a_picture_replaces_whatever_was_there(before: bytes) -> None:
    picture = Picture(40, 4, b"first\r\nlast")
    lines = looks(before + shown(picture, (40, 6)))
    assert lines[:2] == ["first", "lastafter"]


def test_a_smaller_session_scrolls_within_its_own_lines() -> None:
    screen = Screen(40, 6)
    screen.feed(shown(Picture(40, 3, b"1\r\n2\r\n3"), (40, 6)) + b"\r\n4\r\n5")
    assert screen.text().split("\n")[:3] == ["3", "4", "5"]
