import pytest

from tests.services.policy.syntax.shape import refusal, shape

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a b", "a b"),
        ("a | b && c || d; e & f", "a | b ; && c ; || d ; e & ; f"),
        ("a && b &", "a & ; && b &"),
        ("a\nb\n\n# c\nd # e", "a ; b ; d"),
        ("! a | b", "a | b"),
        ("time a", "a"),
        ("a |& b", "a 2>&1 | b"),
        ("x=1 y=$(a) z+=~/b c", "x=1 y=$(a) z+=~/b c"),
        ("p=~/a:~/b", "p=~/a:~/b"),
        ("x={1,2}", "x={1,2}"),
        ("x=", "x=''"),
        ("IFS= read a", "IFS='' read a"),
        ("x=(a $(b)) c", "x=???a$(b) c"),
        ("x[$(a)]=b", "x=???$(($(a)))b"),
        ("declare -a x=(a $(b))", "declare -a ???a$(b)"),
        ("export x=~/a", "export x=~/a"),
        ("unset x", "unset x"),
        ("[ -f a ] && b", "[ -f a ] ; && b"),
        ("", ""),
        ("# a", ""),
    ],
)
def test_lists_and_simple_commands(written, read):
    assert shape(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("(a; b)", "( a ; b )"),
        ("{ a; } >b", "{ a } >b"),
        ("for x in a {1,2}; do b $x; done <c", "loop x a 1 2 { b ${x} } <c"),
        ("for x; do a; done", "loop x { a }"),
        ("while a; do b; done", "loop a { b }"),
        ("until a; do b; done", "loop a { b }"),
        ("for ((i=0; i<$(a); i++)); do b; done", "loop sum 'i=0' 'i<'$(a) 'i++' { b }"),
        ("if a; then b; elif c; then d; else e; fi", "branch [a] [b] [c] [d] [e]"),
        ("case $x in a|$(b)) c;; *) d; esac", "branch ${x} a $(b) * [c] [d]"),
        ("f() { a; } >b", "function f { a } >b"),
        ("function f { a; }", "function f { a }"),
        ("[[ -f $(a) && b == c* ]]", "test $(a) b c*"),
        ("[[ a =~ ^(b|c)$ ]]", "test a '^(b|c)''$'"),
        ("[[ -v 'a[$(b)]' ]]", "test-v 'a[$(b)]'"),
        ("[[ a -eq $b ]] 2>c", "test-eq a ${b} 2>c"),
        ("((a + $(b)))", "sum 'a + '$(b)"),
    ],
)
def test_what_governs_other_commands(written, read):
    assert shape(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a <b >c >>d", "a <b >c >>d"),
        ("a 2>&1 >&- <&3", "a 2>&1 >&- <&3"),
        ("a &>b &>>c >|d", "a &>b &>>c >|d"),
        ("a >b c <d e", "a c e >b <d"),
        (">b a", "a >b"),
        ("> a", ">a"),
        ("a > $(b)", "a >$(b)"),
        ("a > ~/b", "a >~/b"),
        ("a > b{1,2}", "a >???b{1,2}"),
        ("a > >(b)", "a ><(b)"),
        ("a <<<'b c'", "a <<<'b c'"),
        ("a <<E\nb $c $(d) 'e'\nE", "a <<'b '\"${c}\"' '$(d)' 'e'\n'"),
        ("a <<'E'\n$(b)\nE", "a <<'$(b)\n'"),
        ("a <<-E\n\tb\n\tE\nc", "a <<'b\n' ; c"),
        ("a <<E | b\nc\nE\nd", "a <<'c\n' | b ; d"),
        ("a <<E >b\nc\nE", "a <<'c\n' >b"),
        ("a <<E | b -c\nd\nE", "a <<'d\n' | b -c"),
    ],
)
def test_redirections(written, read):
    assert shape(written) == read


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("a;;", "syntax"),
        ("if a", "syntax"),
        ("a |", "syntax"),
        ("coproc a", "coproc"),
        ("select x in a; do b; done", "syntax"),
        ("{fd}>a b", "redirection"),
        ("a \u00a0 b", "blank"),
        ("[ a > b ]", "parsers-disagree"),
        ("time { a; }", "parsers-disagree"),
        ("a <<E\n`b`\nE", "parsers-disagree"),
        ("a <> b", "syntax"),
    ],
)
def test_commands_that_may_be_read_in_two_ways_are_refused(written, rule):
    assert refusal(written) == rule


@pytest.mark.parametrize(
    ("before", "inside", "after"),
    [
        ("(", "a", ")"),
        ("$(", "a", ")"),
        ('"$(', "a", ')"'),
        ("{ ", "a;", " }"),
        ("if a; then ", "b;", " fi;"),
        ("for x in y; do ", "b;", " done;"),
        ("${x:-", "a", "}"),
        ("((", "1", "))"),
        ("case x in a) ", "b", ";; esac"),
        ("f() { ", "a;", " };"),
        ("[[ ! ( ", "a", " ) ]]"),
        ("x=(", "a", ")"),
        ("<(", "a", ")"),
        ("`", "a", "`"),
    ],
)
@pytest.mark.parametrize("depth", [40, 400, 2000])
@pytest.mark.parametrize("closed", [True, False])
def test_deep_nesting_is_refused_in_time(before, inside, after, depth, closed):
    text = f"x {before * depth}{inside}{after * depth * closed}"[:16_000]
    assert refusal(text)


def test_a_text_on_which_a_parser_never_ends_is_refused():
    assert refusal("=(${b://$c)}", "zsh") == "too-complex"


@pytest.mark.parametrize(
    "text", ["a 99999999999>b", "a <&99999999999", "a ${99999999999999999999999}"]
)
def test_numbers_beyond_what_a_parser_holds_do_no_harm(text):
    assert refusal(text) in {"", "syntax", "expansion"}


def test_nesting_up_to_the_limit_is_followed():
    assert shape("$(" * 30 + "a" + ")" * 30) == "$(" * 30 + "a" + ")" * 30


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("a;" * 257, "too-many-commands"),
        ("a {1..200} " * 6, "too-complex"),
        ("{1..200}$(a {1..200})", "too-complex"),
        ("[ a ] && " * 501 + "b", "too-complex"),
    ],
)
def test_a_text_of_too_many_parts_is_refused(text, rule):
    assert refusal(text) == rule
