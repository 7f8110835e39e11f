"""A line of Python that only shows a value changes nothing and calls nothing."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.policy.languages.python import only_shows, open_part

pytestmark = pytest.mark.pure

PIECES = "1 2.5 'a' x + - * / % ** ( ) [ ] , . = : f lambda not < in [0] x() {} @ ;"
CALLS = (
    ast.Call,
    ast.Attribute,
    ast.Subscript,
    ast.NamedExpr,
    ast.Lambda,
    ast.JoinedStr,
    ast.Await,
)


@given(st.lists(st.sampled_from(PIECES.split()), min_size=1, max_size=9).map("".join))
def test_what_only_shows_holds_nothing_that_calls(text):
    if only_shows(text):
        tree = ast.parse(text.strip(), mode="eval")
        assert not any(isinstance(node, CALLS) for node in ast.walk(tree))


@given(st.text(max_size=80))
def test_any_text_is_looked_at(text):
    assert only_shows(text) in {True, False}
    assert open_part(text) in {"", text}


@pytest.mark.parametrize("text", ["if x:\n", "f(\n", "'''a\n", "@x\n", "1 + \\\n"])
def test_an_interpreter_waits_for_more(text):
    assert open_part(text) == text


@pytest.mark.parametrize("text", ["1\n", "x = 1\n", "1 1\n", "if x: y\n\n", "if x:\n  y\n\n"])
def test_an_interpreter_is_done(text):
    assert open_part(text) == ""
