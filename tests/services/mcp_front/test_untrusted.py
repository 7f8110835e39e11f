"""What programs print is shown, and does nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.mcp_front.untrusted import fence, label, neutral

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("printed", "seen"),
    [
        ("\x1b[31mred\x1b[0m", "<U+001B>[31mred<U+001B>[0m"),
        ("a\r\nb", "a\nb"),
        ("a\rb", "a<U+000D>b"),
        ("abc\u202edcba", "abc<U+202E>dcba"),
        ("\U000e0041", "<U+E0041>"),
        ("\x9b2J", "<U+009B>2J"),
        ("half \ud800", "half <U+D800>"),
        ("tab\tand é 漢 👩‍🔬", "tab\tand é 漢 👩‍🔬"),
    ],
)
def test_what_does_not_show_is_spelled_out(printed: str, seen: str) -> None:
    assert neutral(printed) == seen


def test_colours_stay_only_where_they_were_asked_for() -> None:
    assert neutral("\x1b[31m\x07", keep_escapes=True) == "\x1b[31m<U+0007>"


@given(st.text(st.characters(exclude_categories=[])))
def test_neutral_text_is_encodable_and_stays_as_it_is(text: str) -> None:
    once = neutral(text)
    assert neutral(once) == once
    assert once.encode().decode() == once


def test_a_label_is_one_short_line() -> None:
    assert label("a\n b\tc" + "x" * 500) == "a b c" + "x" * 195


def test_the_fence_depends_on_what_it_encloses() -> None:
    assert fence("a", "").splitlines()[0] != fence("b", "").splitlines()[0]


def test_the_fence_names_what_it_encloses() -> None:
    assert fence("a", "2 lines").splitlines()[0].endswith(" (2 lines)")
    assert len(fence("a", "").splitlines()[0].split()) == 4
