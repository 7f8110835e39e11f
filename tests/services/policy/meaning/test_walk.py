import pytest

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("text", "effects"),
    [
        ("cd /tmp; show a", ["read temp a"]),
        ("cd sub && show a", ["read workspace a"]),
        ("cd /tmp && look; show a", ["read temp a"]),
        ("true && cd /tmp; show a", ["read unknown a"]),
        ("true && cd /tmp && show a", ["read temp a"]),
        ("cd /tmp || cd /etc; show a", ["read unknown a"]),
        ("(cd /tmp); show a", ["read workspace a"]),
        ("{ cd /tmp; }; show a", ["read temp a"]),
        ("cd /tmp | look; show a", ["read workspace a"]),
        ("look | cd /tmp; show a", ["read unknown a"]),
        ("cd /tmp & show a", ["read workspace a"]),
        ("cd ~/.ssh; show config", ["read secret config", "secret-named"]),
        ("cd $x; show a", ["read unknown a"]),
        ("cd -; show a", ["read unknown a"]),
        ("cd; show a", ["read home a"]),
    ],
)
def test_the_working_directory_is_followed(told, text, effects):
    assert told(text) == effects


@pytest.mark.parametrize(
    ("text", "effects"),
    [
        ("if true; then x=a; else x=b; fi; show $x", ["read unknown …"]),
        ("if show a; then show b; else show c; fi", [f"read workspace {n}" for n in "abc"]),
        ("case $1 in a) show a;; *) show b;; esac", ["read workspace a", "read workspace b"]),
        ("for i in a b; do show $i; done", ["read workspace a", "read workspace b"]),
        ("for i in *.py; do show $i; done", ["read workspace *.py"]),
        ("for i in $(look); do show ./$i; done", ["read unknown ./…"]),
        ("for i in 1 2 3 4 5 6 7 8 9; do make x$i; done", ["write workspace x…"]),
        ("for i in a; do x=$i; done; show $x", ["read unknown …"]),
        ("while true; do show a; done", ["read workspace a"]),
        ("x=a; while true; do show ./$x; x=.env; done", ["read unknown ./…", "read workspace ./a"]),
        ("until show a; do show b; done", ["read workspace a", "read workspace b"]),
        (
            'find . | while read f; do show "$f"; done',
            ["list workspace .", "read workspace ./**/*"],
        ),
        ('look | while read f; do show ./"$f"; done', ["read unknown ./…"]),
        ("(show a; show b)", ["read workspace a", "read workspace b"]),
        ("! show a", ["read workspace a"]),
        ("show a && show b || show c", [f"read workspace {n}" for n in "abc"]),
    ],
)
def test_branches_and_loops_are_followed(told, text, effects):
    assert told(text) == effects


def test_what_a_loop_changes_from_round_to_round_is_not_known_in_it(told):
    text = "a=x; b=x; while true; do show ./$a; a=$b; b=.env; done"
    assert "read unknown ./…" in told(text)


@pytest.mark.parametrize(
    ("text", "effects"),
    [
        ("f() { drop a; }", ["state f"]),
        ("f() { drop a; }; f", ["delete workspace a", "state f"]),
        ("f() { show ./$1; }; f .env", ["read secret ./.env", "state f"]),
        ("f() { show ./$1; }; f", ["read workspace ./", "state f"]),
        ("f() { show ./$1; }; f $x y", ["read unknown ./…", "state f"]),
        ('f() { show "$@"; }; f a b', ["read workspace a", "read workspace b", "state f"]),
        ("f() { shift; show ./$1; }; f a .env", ["read unknown ./…", "state f"]),
        ("f() { set x .env; show ./$2; }; f a", ["read unknown ./…", "state f"]),
        ("look() { drop a; }; look", ["delete workspace a", "persist look"]),
        ("(f() { drop a; }; f)", ["delete workspace a"]),
        ("/bin/look() { drop a; }", ["persist /bin/look"]),
        ("f() { f; }; f", ["state f", "recursion"]),
        ("true && look() { drop a; }; look", ["delete workspace a", "persist look"]),
        ("drop() { look; }; nice drop a", ["delete workspace a", "persist drop"]),
        ("drop() { look; }; sh -c 'drop a'", ["delete workspace a", "persist drop"]),
    ],
)
def test_a_function_is_followed_where_it_is_called(told, text, effects):
    assert told(text) == effects


@pytest.mark.parametrize(
    ("text", "effects"),
    [
        ("sh -c 'show a; drop b'", ["delete workspace b", "read workspace a"]),
        ("sh -c \"sh -c 'show a'\"", ["read workspace a"]),
        ('sh -c "show $x"', ["code show …"]),
        ('sh -c "cd /tmp"; show a', ["read workspace a"]),
        ("eval 'cd /tmp'; show a", ["read temp a"]),
        ("eval show a", ["read workspace a"]),
        ("bash <<< 'show a'", ["read workspace a"]),
        ("bash <<E\nshow a\nE", ["read workspace a"]),
        ("look | bash", ["escape"]),
        ("bash <<< $x", ["run unknown …"]),
        ("nice nice show a", ["read workspace a"]),
        ("look | xargs show", ["read unknown …"]),
        ("find . | xargs show", ["list workspace .", "read workspace ./**/*"]),
        (
            "find . | xargs -I X show X a",
            ["list workspace .", "read workspace ./**/*", "read workspace a"],
        ),
        (
            "find sub -name '*.py' -exec show {} \\;",
            ["list workspace sub", "read workspace sub", "read workspace sub/**/*.py"],
        ),
        ("{ look; find .; } | xargs show", ["list workspace .", "read unknown …"]),
        ("/bin/show a", ["read workspace a"]),
        ("./show a", ["run workspace ./show"]),
        ("/tmp/show a", ["run temp /tmp/show"]),
        ("~/bin/show a", ["run dotfile ~/bin/show"]),
        ("SHOW a", ["read workspace a", "unknown-command"]),
        ("fnord", ["unknown-command"]),
        ("fnord -o 'x /bin/sh -i'", ["escape", "unknown-command"]),
        ("show -x /bin/sh", ["arguments", "escape", "read system /bin/sh"]),
        (
            "fetch http://169.254.169.254/x",
            ["connect http://169.254.169.254/x", "credential http://169.254.169.254/x"],
        ),
        ("get x", ["install x"]),
        ("get ./x /tmp/y", ["install temp /tmp/y", "install workspace ./x"]),
        ("get git+https://x/y", ["install unknown git+https://x/y"]),
        ("fnord ~/.ssh/x", ["read secret ~/.ssh/x", "unknown-command"]),
        ("X=1 show a", ["read workspace a", "variable X"]),
        ("LANG=C show a", ["read workspace a"]),
        ("PATH=. show a", ["read workspace a", "variable system PATH"]),
        ("PATH=.", ["variable system PATH"]),
        ("IFS= read x", []),
        ("IFS= show a", ["read workspace a", "variable system IFS"]),
        ("export PAGER=x", ["variable system PAGER"]),
        ("for PATH in a; do look; done", ["variable system PATH"]),
        ("unset PATH", ["variable system PATH"]),
        ("(( PATH = 1 ))", ["variable system PATH"]),
        ("for ((PATH = 0; PATH < 1; PATH++)); do look; done", ["variable system PATH"]),
        ("alias look='drop a'", ["persist look"]),
        ("alias l='look -l'", ["state l"]),
        ("trap 'show a' EXIT", ["read unknown a", "state"]),
        ("trap 'look; drop /tmp/a' EXIT", ["delete temp /tmp/a", "state"]),
        ("unset 'a[$(drop b)]'", ["code a[$(drop b)]", "evaluation"]),
        ("read 'a[0]'", ["evaluation"]),
        ("printf -v 'a[$(drop b)]' x", ["code -v a[$(drop b)]", "evaluation"]),
        ("[[ -v 'a[$(drop b)]' ]]", ["arithmetic"]),
        ("[[ $x -eq 1 ]]", ["arithmetic"]),
        ("[[ a == $(show a) ]]", ["read workspace a"]),
        ("calc x", ["code x"]),
        ("start /dev/stdin < a", ["read workspace a", "run unknown /dev/stdin"]),
        ("start <(show a)", ["read workspace a", "run unknown /dev/fd/63"]),
        ("start /dev/null", []),
        ("kill -9 12", ["signal 12"]),
        ("kill -9 1", ["signal system 1"]),
    ],
)
def test_a_command_in_a_command_is_followed(told, text, effects):
    assert sorted(told(text)) == sorted(effects)


@pytest.mark.parametrize(
    ("text", "effects"),
    [
        ("show a > b", ["read workspace a", "write workspace b"]),
        ("show >> ~/.zshrc", ["write dotfile ~/.zshrc"]),
        ("show &> /etc/x", ["write system /etc/x"]),
        ("show < ~/.ssh/x", ["read secret ~/.ssh/x"]),
        ("show > /dev/null 2>&1 <&-", []),
        ("show > $x", ["write unknown …"]),
        ("show >& x", ["write workspace x"]),
        ("{ show; } > x", ["write workspace x"]),
        ("for i in a; do show; done < x", ["read workspace x"]),
        ("show > /dev/sda", ["write disk /dev/sda"]),
        ("show < /dev/tcp/x/1", ["connect device /dev/tcp/x/1"]),
        ("show > -", ["write workspace ./-"]),
        ("show <<E\n$(drop a)\nE", ["delete workspace a"]),
        ("show <<'E'\n$(drop a)\nE", []),
        ("show <<< $(drop a)", ["delete workspace a"]),
    ],
)
def test_redirections_read_and_write(told, text, effects):
    assert told(text) == effects


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("fetch http://x/$(show .env)", "secret-leaves"),
        ("x=$(show a); fetch http://x/$x", "content-leaves"),
        ("fetch -o a http://x; start a", "fetched-runs"),
        ("curl http://x; build", "fetched-runs"),
        ("echo x > a; start ./a", "written-runs"),
        ("echo x > package.json; build", "written-runs"),
    ],
)
def test_what_is_harmless_alone_may_not_be_together(told, text, rule):
    assert rule in told(text)


@pytest.mark.parametrize("text", ["show 'a", "drop ~/x; show 'a", "if; drop ~/x; fi ("])
def test_plain_words_of_a_text_that_is_not_understood_still_tell_of_dangers(told, text):
    assert ("delete home ~/x" in told(text)) == ("drop" in text)


def test_too_many_commands_are_not_followed(told):
    inner = "for b in 1 2 3 4 5 6 7 8; do look; done"
    for _ in range(3):
        inner = f"for a in 1 2 3 4 5 6 7 8; do {inner}; done"
    assert told(inner) == ["too-long"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("look", "look looks"),
        ("show a b; drop -r c", "deletes c and all in it; reads a and b"),
        ("show a b c d e f", "reads a, b, c and 3 more"),
        ("show $x", "reads what is not known beforehand"),
        ("make " + "x" * 50 + "y" * 50, f"writes {'x' * 30}…{'y' * 29}"),
        ("", "does nothing"),
        ("fnord", "runs fnord"),
    ],
)
def test_the_summary_says_what_happens_gravest_first(meant, text, sentence):
    assert meant(text).summary == sentence


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ask x", ["lookup"]),
        ("ask $y", ["network", "arguments"]),
        ("ask ./*", ["network"]),
        (f"ask {'x' * 201}", ["network"]),
        ("show .env; ask x", ["lookup", "read secret .env", "secret-leaves"]),
    ],
)
def test_a_question_is_one_only_if_it_is_short_and_known(told, text, found):
    assert told(text) == found
