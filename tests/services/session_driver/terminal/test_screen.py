"""A screen can be rebuilt from its keyframe."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.session_driver.terminal.screen import Screen

COLS, ROWS = 20, 6
WORDS = st.text(st.sampled_from("abc é日👍"), min_size=1, max_size=25)
SEQUENCES = st.sampled_from(
    [
        *(
            "\r\n",
            "\r",
            "\b",
            "\t",
            "\x1b[2J",
            "\x1b[H",
            "\x1b[3;7H",
            "\x1b[K",
            "\x1b[1;31m",
            "\x1b[0m",
        ),
        *(
            "\x1b[2;5r",
            "\x1b[r",
            "\x1bM",
            "\x1bD",
            "\x1b[2L",
            "\x1b[M",
            "\x1b[3P",
            "\x1b[4@",
            "\x1b[2X",
        ),
        *(
            "\x1b[?1049h",
            "\x1b[?1049l",
            "\x1b[?25l",
            "\x1b[?25h",
            "\x1b[?2004h",
            "\x1b]0;title\x07",
        ),
    ]
)
PRINTED = st.lists(WORDS | SEQUENCES, max_size=30).map("".join)


def shown(printed: bytes) -> Screen:
    screen = Screen(COLS, ROWS)
    screen.feed(printed)
    return screen


@given(PRINTED)
@settings(deadline=None, max_examples=200)
def test_a_keyframe_shows_the_same_screen(printed):
    screen = shown(printed.encode())
    frame = screen.keyframe()
    assert frame is not None
    assert shown(frame).look() == screen.look()


@given(PRINTED, PRINTED)
@settings(deadline=None, max_examples=50)
def test_the_screen_under_a_full_screen_program_is_kept(before, inside):
    printed = f"{before}\x1b[?1049h{inside}".encode()
    frame = shown(printed).keyframe() or b""
    leave = b"\x1b[?1049l"
    assert shown(frame + leave).text() == shown(printed + leave).text()


def test_there_is_no_keyframe_in_the_middle_of_a_sequence():
    assert shown(b"text\x1b[3").keyframe() is None


def test_full_screen_programs_scroll_regions_and_resizes_are_followed():
    screen = shown(b"\x1b[?1049h\x1b[6;1Hstatus\x1b[1;3r\x1b[3;1Hone\r\ntwo\x1b]0;editor\x07")
    assert screen.text().split("\n") == ["", "one", "two", "", "", "status"]
    assert (screen.alternate, screen.title, screen.cursor) == (True, "editor", (3, 2))
    assert shown(screen.keyframe() or b"").look() == screen.look()
    screen.resize(30, 8)
    assert screen.size == (30, 8)


@pytest.mark.parametrize("how", [b"", b"\x1b[?1049h", b"\x1b[?47h", b"\x1b]2;unfinish"])
def test_what_is_forgotten_is_in_no_picture_and_the_cursor_stays(how: bytes) -> None:
    screen = Screen(COLS, ROWS)
    screen.feed(b"\x1b]2;secret\x1b\\" + b"secret\r\n" * 9 + b"\x1b[?2004h\x1b[3;5H")
    screen.feed(b"\x1b[3;5H" + how)
    before = screen.cursor
    screen.blank()
    assert (screen.cursor, b"\x1b[?2004h" in (screen.keyframe() or b"")) == (before, True)
    screen.feed(b"\x1b[?1049l\x1b[?47l")
    assert b"secret" not in (screen.keyframe() or b"secret")
    assert (screen.title, screen.text().strip()) == ("", "")


@pytest.mark.parametrize("size", [(200, 10), (30, 40), (5, 5)])
def test_an_empty_line_stays_one_in_another_size(size):
    screen = shown(b"printed\r\n" * 20 + b"user@host $ ")
    screen.home = screen.cursor
    screen.resize(*size)
    assert (screen.at_home, screen.size) == (True, size)


def test_a_line_that_is_not_empty_is_none_in_another_size():
    screen = shown(b"user@host $ ")
    screen.home = screen.cursor
    screen.feed(b"typed")
    screen.resize(30, 40)
    assert not screen.at_home
