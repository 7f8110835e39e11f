"""Sed scripts and what they do besides editing."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.policy.knowledge.use import Use
from services.policy.languages.sed import uses
from services.policy.syntax.tree import NotUnderstood
from services.policy.value import UNKNOWN, Value

pytestmark = pytest.mark.pure

HARMLESS = [
    "",
    "p",
    "10q",
    "1,5p",
    "$!d",
    "2,+3p;0~4d",
    "0,/x/s//y/",
    "s/a/b/",
    "s/we/we/g;s|/e|w|gI2p",
    "s,a\\,w e,b\\,e,g",
    "s/[^]]*]//; s/[]x]/y/",
    "/start/,/end/{/start/n;/end/!d}",
    "\\,/usr,s/^/# /",
    ":a;N;$!ba;s/\\n/ /g",
    ":a\n$!{N;ba}\ns/\\n/,/g",
    "/x/b end; s/a/b/; :end",
    "y/abc/xyz/;l 5;=;n;N;D;P;G;H;g;h;x;z;F",
    "a\\\nw /etc/passwd\\\ne id\np",
    "a w /etc/passwd",
    "$i\\ e id",
    "1i e id\n2c\\\ntext",
    "# e id\np # w x\n#n",
    "s/a/b/w /dev/stdout",
    "s/a/x\\\ny/;p",
    "s/[\\/]/e/; s/[[:space:]]*$//; s/[^\\]]*//",
    "v 4.2\np",
    "1~2!d",
    "a\\",
    "s/\\x1b\\[[0-9;]*m//; s/a/\\x27\\1\\x1b[31m/",
    "}",
    "/[/]/p; s/[^/]*$//; s,[],],x,",
    "/a/I,/b/M p",
]
ACTS = {
    "1e id": [("shell", "id")],
    "e": [("shell", UNKNOWN)],
    "1e;p": [("shell", ";p")],
    "$!{e id\n}": [("shell", "id")],
    "e\\\nid": [("shell", "id")],
    "e echo a\\\nb": [("shell", UNKNOWN)],
    "s/.*/id/e": [("shell", UNKNOWN)],
    "s/a/b/;s,x,y,2Iepg": [("shell", UNKNOWN)],
    "s/a/b/w out": [("write", "out")],
    "s/a/b/gpw  out;p}": [("write", "out;p}")],
    "s/a/b/ew out": [("shell", UNKNOWN), ("write", "out")],
    "w out": [("write", "out")],
    "s/[/]/x/w f": [("write", "f")],
    "s/[^]/]/x/e": [("shell", UNKNOWN)],
    "s/[[:alpha:]/]/x/w f": [("write", "f")],
    "/x/{p;w out\n}": [("write", "out")],
    "\\|/x/| e id": [("shell", "id")],
    "W a\nr b\nR c": [("write", "a"), ("read", "b"), ("read", "c")],
    "0r/etc/passwd": [("read", "/etc/passwd")],
    "a foo\nw bar": [("write", "bar")],
    "a foo\\\\\nw bar": [("write", "bar")],
    "a\\\nfoo\nw bar": [("write", "bar")],
    ":x;a\\\nw bar": [("write", "bar")],
    "b x;a\\\nw bar": [("write", "bar")],
    "/a/ , /b/ ! ! w f": [("write", "f")],
    "y/abc/\\/de/;w f": [("write", "f")],
    "s/a/b/;#\nw f": [("write", "f")],
    "s/\\//e/;w f": [("write", "f")],
}
REFUSED = [
    "k",
    "s/a/\\x1b]0;x/",
    "s/a/\\o033/",
    "s/a/\\c[/",
    "y/a/\\d027/",
    "a \\x9b",
    "s/a/b",
    "s/a",
    "s",
    "s/a\nb/c/",
    "s/a/b\nc/",
    "s/[/]",
    "s/[]/x/p",
    "s/[^]/x/p",
    "s/[\\]/]/p",
    "s/[[/]/x/",
    "y/[/]/",
    "y/a[/b]/p",
    "sxaxbx",
    "s[a[b[",
    "s\\a\\b\\",
    "s/a/b/ w f",
    "s/a/b/k",
    "p p",
    "p e id",
    "a\\ \nw f",
    "a\nw f",
    "w",
    "r \n",
    "1,p",
    "1",
    "1,/x",
    "L",
    "}p",
    "p\rw f",
    ":a b",
    f"s/{UNKNOWN}/b/",
    "\\",
]


@pytest.mark.parametrize("text", HARMLESS)
def test_a_script_that_only_edits_has_no_uses(text: str):
    assert list(uses(text)) == []


@pytest.mark.parametrize(("text", "expected"), ACTS.items())
def test_what_a_script_does_is_told(text: str, expected: list[tuple[str, str]]):
    found = sorted(uses(text), key=lambda use: use.value.text)
    wanted = [Use(role, Value(value)) for role, value in expected]
    assert found == sorted(wanted, key=lambda use: use.value.text)


@pytest.mark.parametrize("text", REFUSED)
def test_a_script_that_is_not_followed_is_refused(text: str):
    with pytest.raises(NotUnderstood):
        list(uses(text))


def test_many_labels_on_a_line_are_read_in_time():
    assert list(uses(":;" * 8000)) == []


PIECES = st.sampled_from(
    ["s/", "/", "a", "b", "e", "w", "r f", "\n", ";", "{", "}", "[", "]", "\\", ":x", "1", ",",
     "$", "!", "y", "p", "#", "|", " ", "\u00e9", "\r"]
)  # fmt: skip


@settings(max_examples=150, deadline=1000)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_text_is_read_or_refused(text: str):
    with suppress(NotUnderstood):
        list(uses(text))
