"""What the viewer of the log is shown can neither drive the terminal nor hide in it."""

import json

import pytest

from events.base import Sealed
from services.words.visible import SEALED, json_line, one_line, visible

pytestmark = pytest.mark.pure
HOSTILE = "a\x1b]0;owned\x07\x9b2J\u202eb\r\x7f\u200b"


@pytest.mark.parametrize("show", [visible, one_line])
def test_what_a_terminal_would_obey_is_spelled_out(show):
    shown = "a<U+001B>]0;owned<U+0007><U+009B>2J<U+202E>b<U+000D><U+007F><U+200B>"
    assert show(HOSTILE) == shown


def test_lines_stay_lines_where_a_text_is_shown_whole():
    assert visible("one\n\ttwo") == "one\n⇥   two"  # told apart from blanks, which mean another


def test_a_line_feed_cannot_begin_a_line_of_its_own_where_one_line_is_meant():
    assert one_line("one\ntwo\tthree") == "one⏎two⇥three"


def test_a_long_text_is_cut_with_a_sign_of_it():
    assert one_line("x" * 101) == "x" * 99 + "…"
    assert one_line("x" * 100) == "x" * 100


def test_a_sealed_text_is_said_to_be_sealed():
    assert visible(Sealed(key_id="k", nonce=b"", ciphertext=b"")) == SEALED


def test_json_keeps_its_meaning_and_loses_its_power():
    text = json.dumps(HOSTILE + "\U000e0041", ensure_ascii=False)
    harmless = json_line(text.encode())
    assert json.loads(harmless) == HOSTILE + "\U000e0041"
    assert harmless.isascii()
