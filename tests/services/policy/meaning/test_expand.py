import pytest

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("text", "effects"),
    [
        ("x=a; show $x", ["read workspace a"]),
        ("x='a b'; show $x", ["read workspace a", "read workspace b"]),
        ("x='a b'; show \"$x\"", ["read workspace a b"]),
        ("x=' a'; show b$x", ["read workspace a", "read workspace b"]),
        ("x=a; x+=b; show $x", ["read workspace ab"]),
        ("x=; show $x", []),
        ("x='*.pem'; show $x", ["read secret *.pem"]),
        ("show ~/a $HOME/b", ["read home ~/a", "read home ~/b"]),
        ("show $PWD/a", ["read workspace /Users/ann/src/a"]),
        ("show $(pwd)/a", ["read workspace /Users/ann/src/a"]),
        ("show $(find . -name a)/etc/b", ["list workspace .", "read unknown …/etc/b"]),
        ("show $(find . -name a)", ["list workspace .", "read workspace ./**/a"]),
        ("show $TMPDIR/a", ["read temp /tmp/a"]),
        ("show /tmp/$$", ["read temp /tmp/0"]),
        ("show $y", ["read unknown …"]),
        ('show "a/$y"', ["read unknown a/…"]),
        ("make a/$y", ["write workspace a/…"]),
        ("show {a,b}", ["read workspace a", "read workspace b"]),
        ("show $'a\\x62'", ["read workspace ab"]),
        ('show "$(show a)"', ["read unknown …", "read workspace a"]),
        ("show <(show a)", ["read workspace a"]),
        ("show ${y:-$(show a)}", ["read unknown …", "read workspace a"]),
        ("x=ow; sh$x a", ["read workspace a"]),
        ("$y a", ["run unknown …"]),
        ("$(echo drop) a", ["run unknown …"]),
        ("''", ["run unknown"]),
        ("echo ${x@P}", ["expansion"]),
    ],
)
def test_words_are_expanded_as_far_as_they_are_known(told, text, effects):
    assert told(text) == effects


def test_a_value_does_not_grow_without_bound(told):
    text = "x=aaaaaaaaaa; " + 'x="$x$x"; ' * 60 + 'show "$x"'
    assert told(text)[0].startswith("read unknown ")


def test_zsh_does_not_split_a_variable(told):
    assert told("x='a b'; show $x", shell="zsh") == ["read workspace a b"]


@pytest.mark.parametrize(
    "text",
    [
        "echo $((1 + 2 * 3))",
        "i=1; echo $((i + 1))",
        "i=1; echo $(( $i << 2 ))",
        "for ((i = 0; i < 3; i++)); do echo $i; done",
        "(( x = 3 )); echo $((x))",
    ],
)
def test_arithmetic_on_known_numbers_is_harmless(told, text):
    assert told(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "echo $((x))",
        "echo $((a[0]))",
        "i=1; echo $((a[$i]))",
        "x='a[$(drop b)]'; echo $((x))",
        "(( y++ ))",
        "(( x = y ))",
        "read i; echo $((i))",
        "echo $(( $y ))",
    ],
)
def test_arithmetic_on_anything_else_may_run_code(told, text):
    assert told(text) == ["arithmetic"]


def test_a_command_inside_arithmetic_is_followed(told):
    assert told("echo $(( $(drop b) + 1 ))") == ["arithmetic", "delete workspace b"] or told(
        "echo $(( $(drop b) + 1 ))"
    ) == ["delete workspace b", "arithmetic"]


def test_home_is_unknown_where_the_session_changed_it(told):
    assert told("show $HOME/b", environment={"HOME": "(changed)"})[-1] == "read unknown …/b"
