"""What is followed must be valid for the shell itself: it is asked without running anything."""

import shutil
import subprocess

import pytest

from tests.services.policy.syntax.shape import refusal, words

VALID = [
    "ls -la | grep '^d' && echo done || echo none; sleep 1 &",
    'for f in *.txt; do echo "$f" >> list; done',
    'while IFS= read -r line; do echo "${line%%:*}"; done < /etc/hosts',
    'if [ -f a ] && [ "$x" = y ]; then cat a; elif test -d b; then ls b; else echo no; fi',
    "case $x in a|b) echo 1;; *) echo 2;; esac",
    'f() { local a=$1; echo "$a"; }; f x',
    "diff <(sort a) <(sort b) > out 2>&1",
    "cat <<EOF | wc -l\nhello $USER $(date)\nEOF",
    "cat <<-'EOF'\n\tit's $raw\n\tEOF",
    "echo $((1 + 2 * x)) $'a\\tb' \"$(id -u)\" `date`",
    'x=1 y="a b" env | sort -u',
    'a=(1 2 3); echo "${a[@]}" ${#a}',
    "[[ $x == a* && -n $y ]] || { echo no; exit 1; }",
    "find . -type f \\( -name '*.c' -o -name '*.h' \\) -exec grep -n x {} +",
    "tar czf - a | ssh host 'cat > b'",
    "mkdir -p {src,test}/{a,b} && touch {01..03}.txt",
    'cat <<<"$x" &> all',
    "for ((i = 0; i < 3; i++)); do echo $i; done",
    "until ping -c1 host; do sleep 1; done",
    "(cd /tmp && ls) | tee log",
    "exec 3<file; read -r a <&3; exec 3<&-",
    "echo a#b 'c # d' \\# e",
]
INVALID = [
    "if a; then b",
    "a | | b",
    "a && && b",
    "echo 'a",
    'echo "a',
    "echo $(a",
    "echo `a",
    "{ a",
    "(a",
    "a)",
    "done",
    "case a in b",
    "a >",
    "a;; b",
    "echo ${a",
    "[[ a",
    "f() {",
    "a & & b",
]


@pytest.fixture(params=["bash", "zsh"])
def shell(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found if shutil.which(found) else pytest.skip(f"{found} is not installed")


def accepts(shell: str, text: str) -> bool:
    flags = ["-n"] if shell == "bash" else ["-f", "-n"]
    done = subprocess.run([shell, *flags, "-c", text], capture_output=True, timeout=10, check=False)
    return done.returncode == 0


@pytest.mark.parametrize("text", VALID)
def test_a_common_text_is_followed_that_the_shell_accepts(shell, text):
    assert accepts(shell, text)
    assert refusal(text, shell) == ""


@pytest.mark.parametrize("text", INVALID)
def test_a_text_that_the_shell_rejects_is_refused(shell, text):
    assert not accepts(shell, text)
    assert refusal(text, shell)


@pytest.mark.parametrize(
    "written",
    [
        *(
            "{a,b}",
            "x{a,b}y{1,2}",
            "{a,{b,c}d}",
            "{a{b,c}}",
            "{,a}",
            "x{a,}",
            "{}",
            "{a}",
            "{a,b}}",
        ),
        *(
            "{1..5}",
            "{5..1}",
            "{1..10..3}",
            "{10..1..3}",
            "{01..3}",
            "{-2..2}",
            "{-01..2}",
            "{1..1}",
        ),
        *(
            "{a..e}",
            "{e..a}",
            "{A..C}",
            r"{a\,b,c}",
            "{'a,b',c}",
            '{"a b",c}',
            r"\{a,b}",
            "'{a,b}'",
        ),
        *("{{a,b},c}", "a{b}c{d,e}", "{1..3}{a,b}", "{a..c}x{1..2}"),
    ],
)
def test_braces_stand_for_what_bash_makes_of_them(written):
    bash = shutil.which("bash") or pytest.skip("bash is not installed")
    command = [bash, "-c", f"printf '\\n%s' {written} "]
    done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)
    assert [word.replace("'", "") for word in words(f"x {written}")[1:]] == done.stdout.split("\n")[
        1:
    ]
