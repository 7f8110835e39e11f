import pytest

from tests.services.policy.syntax.shape import refusal, shape, words

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    "text",
    [
        "a 'b c' \"$d\" ~/e",
        "a | b && c; d &",
        "for x in a b; do c $x; done",
        "while IFS= read -r a; do b; done <c",
        "if [ -f a ]; then b; fi",
        "a $(b) `c` <(d) ${e:-f} ${g%.h}",
        "a >b 2>&1 | c",
        "a {b,c}",
        "a <<E\nb\nE",
        "[[ a == b* ]] && c",
        "find . -name '*.c' -exec a {} \\;",
        "a *.c b?",
    ],
)
def test_zsh_reads_most_texts_as_bash_does(text):
    assert shape(text, "zsh") == shape(text, "bash")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("a # b; c", "dialect"),
        ("a $(b # c\n)", "dialect"),
        ("a >! b", "zsh"),
        ("a >>! b", "zsh"),
        ("a >>| b", "syntax"),
        ("repeat 3 a", "zsh"),
        ("<a", "zsh"),
        (">a", "zsh"),
        ("a <1-5>", "zsh"),
        ("a b<1-5>c", "zsh"),
        ("() { a; }", "syntax"),
        ("a =(b)", "syntax"),
        ("a *(e:b:)", "syntax"),
        ("a *(N)", "pattern"),
        ("a *.c(.)", "syntax"),
        ("${(e)a}", "expansion"),
        ("a ${${b}}", "expansion"),
        ("for x (a b) c", "syntax"),
        ("if [[ a ]] { b }", "syntax"),
        ("{ a } always { b }", "syntax"),
        ("a }", "zsh"),
        ("a b}", "zsh"),
        ("a >b}", "zsh"),
        ("x=b}", "zsh"),
        ("a ${x:-{} b}", "zsh"),
        (">b {a,c}", "zsh"),
        ("a >&1&>b", "zsh"),
        ("a 2>&1>b", "zsh"),
        ("a &| b", "syntax"),
        ('a "!b"', "history"),
    ],
)
def test_forms_of_zsh_are_refused(text, rule):
    assert refusal(text, "zsh") == rule


@pytest.mark.parametrize(
    "written",
    [
        "=ls",
        "~bob",
        "~[a]",
        '""=ls',
        "''=ls",
        '"$a"=ls',
        "$a=ls",
        "$a[1]",
        '"$a[1]"',
        "$a:h",
        "${a}[1]",
        "${a:h}",
        "${a[1]}",
        "$12",
        "$#a",
        "$=a",
        "HEAD^",
        "a#b",
        "*~b",
        "HEAD~1",
        "if=~/a",
        "${a/b/c}",
    ],
)
def test_words_that_zsh_may_expand_are_left_open(written):
    assert words(f"x {written}", "zsh")[1].startswith("???")


@pytest.mark.parametrize(
    "text",
    [
        "[[ a ]]",
        "((a))",
        "a <(b)",
        "a &>b",
        "a <<<b",
        "a |& b",
        "x=(a)",
        "a ${b[1]}",
        "a $'b'",
        "function f { a; }",
        "a $[1]",
    ],
)
def test_sh_need_not_know_what_bash_adds(text):
    assert refusal(text, "sh") == "dialect"


def test_sh_leaves_braces_and_later_tildes_open():
    assert words("a {b,c} if=~/d", "sh") == ["a", "???{b,c}", "???if=~/d"]


@pytest.mark.parametrize(
    "text",
    [
        "a ! b",
        "a !",
        "a != b",
        "a '!b'",
        r"a \!b",
        "a $!",
        "a ${!b}",
        "a [!b]*",
        "! a",
        "#!/bin/sh\na",
    ],
)
def test_an_exclamation_mark_that_no_shell_expands_is_followed_in_bash(text):
    assert refusal(text) == ""


@pytest.mark.parametrize("shell", ["bash", "zsh", "sh"])
@pytest.mark.parametrize(
    "text",
    [
        "!a",
        "#!/bin/sh\n!a",
        "#!/bin/sh",
        "#!a\nb",
        "a #!/bin/sh\nb",
        "a !!",
        "a !$",
        'a "!b"',
        'a "b!"',
        "a !(b)",
        "^a^b",
        "b\n^a^b",
        "a 'b\n!c'",
        "a \"'\" '!b'",
        "a $'\\'!b'",
        'echo "don\'t !b"',
    ],
)
def test_what_may_bring_back_a_line_of_the_history_is_refused(text, shell):
    assert refusal(text, shell) == "history"


def test_zsh_expands_marks_that_bash_leaves_alone():
    assert [refusal(text, "zsh") for text in ("a [!b]*", "a ${!b}", "a $!c")] == ["history"] * 3


@pytest.mark.parametrize(
    ("text", "read"),
    [("a 'b c' \"d\" -e", "'a' 'b c' 'd' '-e'"), ("a | b --c=d", "'a' | 'b' '--c=d'")],
)
def test_fish_reads_plain_words_and_pipes(text, read):
    assert shape(text, "fish") == read


@pytest.mark.parametrize(
    "text",
    [
        "a; b",
        "a (b)",
        "a $b",
        'a "$b"',
        r"a \b",
        "a > b",
        "a && b",
        "a || b",
        "a | | b",
        "a |",
        "a &",
        "a\nb",
        "a *",
        "a {b,c}",
        "~/a",
        "a #b",
        "a=b c",
        "and a",
        "if a",
        "a 'b",
        "",
    ],
)
def test_everything_else_of_fish_is_refused(text):
    assert refusal(text, "fish") == "fish"


def test_an_unknown_shell_is_refused():
    assert refusal("a", "tcsh") == "shell"


@pytest.mark.parametrize("shell", ["bash", "zsh", "sh"])
@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("a <2>&1", "redirection"),
        ("a &>2>b", "redirection"),
        ("a ${x:-<(b)}", "expansion"),
        ("a ${x:->(b}", "expansion"),
    ],
)
def test_what_shells_read_otherwise_than_the_parsers_is_refused(text, rule, shell):
    assert refusal(text, shell) == rule
