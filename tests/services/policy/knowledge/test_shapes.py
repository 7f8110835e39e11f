from re import fullmatch

import pytest

from services.policy.knowledge.shapes import SHAPES
from services.policy.value import UNKNOWN

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("shape", "text"),
    [
        ("printed", "a * \\n \\t \\\\ 100% \\0"),
        ("printed", f"a{UNKNOWN}"),
        ("printed", "\\e[1;31mred\\033[38;5;208m\\x1b[0m"),
        ("format", "%s: %-10.3s %% %q\\n"),
        ("numbers", "%d %5.2f\\n"),
        ("number", "-12.5"),
        ("number", "0xFF"),
    ],
)
def test_a_harmless_form_fits(shape, text):
    assert fullmatch(SHAPES[shape], text)


@pytest.mark.parametrize(
    ("shape", "text"),
    [
        ("printed", "\\033]0;x"),
        ("printed", "\\e[6n"),
        ("printed", "\\e[8m hidden"),
        ("printed", "\\e[1;8m hidden"),
        ("printed", "\\u001b"),
        ("printed", "\\0123"),
        ("printed", f"\\{UNKNOWN}"),
        ("printed", f"\\0{UNKNOWN}"),
        ("printed", "\\\\\\x1bc"),
        ("format", "%d"),
        ("format", "%n"),
        ("format", "%*s"),
        ("format", "-v"),
        ("numbers", "%n"),
        ("number", "a[$(id)]"),
        ("number", UNKNOWN),
    ],
)
def test_a_form_that_may_do_more_does_not_fit(shape, text):
    assert not fullmatch(SHAPES[shape], text)
