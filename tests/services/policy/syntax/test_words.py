import pytest

from tests.services.policy.syntax.shape import refusal, words

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"a\ b", "a' 'b"),
        ("'a b'c", "'a b'c"),
        ("\"a 'b'\"", "'a 'b''"),
        (r'"a\$b\"c\q"', r"""'a''$''b''"''c\q'"""),
        ("''", "''"),
        ('"a\\\nb"', "'ab'"),
        ("'a\\\nb'", "'a\\\nb'"),
        ("é", "é"),
    ],
)
def test_quotes_are_taken_off(written, read):
    assert words(f"x {written}") == ["x", read]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"$'a\nb'", "'a\nb'"),
        (r"$'\x41\102\u00e9\''", "'ABé''"),
        (r"$'\e\\'", "'\x1b\\'"),
        (r"$'\xff'", "???"),
        (r"$'a\0b'", "???"),
        (r"$'\ud800'", "???"),
        (r"$'\cA'", "???"),
        (r"$'\q'", "???"),
        ("\"$'a'\"", "'$'a''"),
    ],
)
def test_dollar_quotes_are_decoded_or_left_open(written, read):
    assert words(f"x {written}") == ["x", read]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("$a", "${a}"),
        ("${a}b", "${a}b"),
        ('"$a"', '"${a}"'),
        ("$1${11}$@$*$#$?$$$!$-$0", "${1}${11}${@}${*}${#}${?}${$}${!}${-}${0}"),
        ("$12", "${1}2"),
        ("${a%.c}", "${~a<.c>}"),
        ("${a##*/}", "${~a<*/>}"),
        ("${a/b/$(c)}", "${~a<b><$(c)>}"),
        ("${a// /X}", "${~a< ><X>}"),
        ("${a:-$(b)}", "${~a<$(b)>}"),
        ("${a:+'b c'}", "${~a<'b c'>}"),
        ("${a:?b}", "${~a<b>}"),
        ("${#a}", "${~a}"),
        ("${a^^}", "${~a<''>}"),
        ("${a:1:$b}", "${~a<$(('1'))><$((\"${b}\"))>}"),
        ("${a[$(b)]}", "${~a<$(($(b)))>}"),
        ("${a[@]}", "${a[@]}"),
        ("${a@Q}", "${~a}"),
    ],
)
def test_variables_are_named_with_what_is_done_to_them(written, read):
    assert words(f"x {written}") == ["x", read]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("${a@P}", "???"),
        ("${!a}", "???"),
        ("${!a*}", "???"),
        ("${!a[@]}", "???"),
        ("${a:=$(b)}", "???$(b)"),
        ("${!a:-$(b)}", "???$(b)"),
    ],
)
def test_expansions_that_may_run_or_set_something_are_opaque_but_looked_into(written, read):
    assert words(f"x {written}") == ["x", read]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("$(a b)", "$(a b)"),
        ("`a b`", "$(a b)"),
        (r"`a 'b\c'`", r"$(a 'b\c')"),
        ('"$(a "$(b)")"', "$(a $(b))"),
        ('"`a`"', "$(a)"),
        ("$(a | b; c)", "$(a | b ; c)"),
        ("$( (a) )", "$(( a ))"),
        ("$((1 + $(a)))", "$(('1 + '$(a)))"),
        ("$((`a`))", "$(($(a)))"),
        ("$[a]", "$(('a'))"),
        ("<(a)", "<(a)"),
        (">(a <(b))", "<(a <(b))"),
        ("$(<f)", "$(<f)"),
    ],
)
def test_commands_inside_words_are_found(written, read):
    assert words(f"x {written}") == ["x", read]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("~", "~"),
        ("~/a", "~/a"),
        ("~bob/a", "~bob/a"),
        ("'~'/a", "'~'/a"),
        (r"\~/a", "'~'/a"),
        ('~"bob"', "~'bob'"),
        ("a~", "a~"),
        ("of=~/a", "of=~/a"),
        ("p=a:~/b", "p=a:~/b"),
        ("~+", "???"),
        ("~1", "???"),
    ],
)
def test_a_tilde_is_a_home_only_where_the_shell_says_so(written, read):
    assert words(f"x {written}") == ["x", read]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("{a,b}", ["a", "b"]),
        ("a{b,c}d", ["abd", "acd"]),
        ("{a,b}{1,2}", ["a1", "a2", "b1", "b2"]),
        ("{a,{b,c}}", ["a", "b", "c"]),
        ("{a{b,c}}", ["{ab}", "{ac}"]),
        ("x{,y}", ["x", "xy"]),
        ("{,a,}", ["a"]),
        ("{1..3}", ["1", "2", "3"]),
        ("{3..1}", ["3", "2", "1"]),
        ("{01..3}", ["01", "02", "03"]),
        ("{1..10..3}", ["1", "4", "7", "10"]),
        ("{a..c}", ["a", "b", "c"]),
        ("{'a b',c}", ["'a b'", "c"]),
        (r"{a\,b,c}", ["a','b", "c"]),
        ("{$(a,b),c}", ["$(a,b)", "c"]),
        ("p={1,2}", ["p=1", "p=2"]),
        ("{a,b}}", ["a}", "b}"]),
        ("{}", ["{}"]),
        ("{a}", ["{a}"]),
        ("'{a,b}'", ["'{a,b}'"]),
        (r"\{a,b}", ["'{'a,b}"]),
        ('"{a,b}"', ["'{a,b}'"]),
        ("${a:-{b,c}", ["${~a<{b,c>}"]),
    ],
)
def test_braces_become_words(written, read):
    assert words(f"x {written}") == ["x", *read]


@pytest.mark.parametrize(
    "written",
    ["{a,{b}", "$a{b,c}", "{~,a}/b", "{a..C}", "{1..300}", "{1..a}{b,c}", "{a," * 400 + "}" * 400],
)
def test_braces_that_are_not_sure_are_left_open(written):
    assert words(f"x {written}")[1].startswith("???")


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("a\\\nb", "parsers-disagree"),
        (r"`a \`b\``", "substitution"),
        ("a<(b)", "parsers-disagree"),
        ("<(a)b", "parsers-disagree"),
        ('$"a"', "quoting"),
        ("${(e)a}", "syntax"),
        ("@(a|b)", "syntax"),
        ("*(e:b:)", "syntax"),
        ("${a", "syntax"),
        ("$(a", "syntax"),
        ("'a", "syntax"),
    ],
)
def test_words_that_may_be_read_in_two_ways_are_refused(written, rule):
    assert refusal(f"x {written}") == rule
