"""A command says the same in many spellings; none of them may make it look more harmless."""

import shlex

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.actions import RunCommand
from events.review import Context
from services.policy.builtin import builtin_layer
from services.policy.concern import rank
from services.policy.review import review
from services.policy.rules import load_rules

pytestmark = pytest.mark.pure

RULES = load_rules([builtin_layer()])
PLACE = Context(
    session_id="s1", integration="full", prompt="idle", cwd="/Users/ann/src", bracketed_paste=True
)
COMMANDS = [
    ["ls", "-la", "src"],
    ["cat", "a.txt"],
    ["cat", ".env"],
    ["cat", "/Users/ann/.ssh/id_rsa"],
    ["rm", "a.txt"],
    ["rm", "-rf", "build"],
    ["rm", "-rf", "/etc"],
    ["cp", "a", "/etc/hosts"],
    ["chmod", "-R", "777", "/"],
    ["sort", "-o", "out", "in"],
    ["sort", "--compress-program=/tmp/x", "in"],
    ["find", ".", "-delete"],
    ["tee", "/Users/ann/.zshrc"],
    ["sudo", "ls"],
    ["sh", "-c", "rm -r x"],
    ["awk", 'BEGIN{system("rm -r x")}'],
    ["sed", "-i", "s/a/b/", "x"],
    ["fnord", "x"],
]
SPELLINGS = [
    shlex.quote,
    lambda word: f"'{word}'",
    lambda word: '"' + word.replace('"', '\\"') + '"',
    lambda word: "".join(f"\\{char}" for char in word),
    lambda word: f"{shlex.quote(word[:1])}''{shlex.quote(word[1:])}",
    lambda word: "$'" + "".join(f"\\x{ord(char):02x}" for char in word) + "'",
]
AROUND = [
    "{}",
    " {} ",
    "( {} )",
    "{{ {}; }}",
    "( {} & )",
    "! {}",
    "time {}",
    "true && {}",
    "false || {}",
    "pwd; {}",
    "pwd\n{}",
    "{} | cat",
    "{} 2>/dev/null",
    "if true; then {}; fi",
    "for i in 1 2; do {}; done",
    "while true; do {}; done",
    "( f() {{ {}; }}; f )",
    "echo $( {} )",
    "cat <( {} )",
    "case x in x) {};; esac",
]
WRAPPED = ["{}", "command {}", "env {}", "nice -n 5 {}", "nohup {}", "timeout 5 {}"]


def texts(command, spellings):
    return " ".join(spell(word) for word, spell in zip(command, spellings, strict=False))


def weight(text, shell):
    place = msgspec.structs.replace(PLACE, shell=shell)
    return rank(review(place, RunCommand(command=text), RULES).tier)


@given(
    st.sampled_from(COMMANDS),
    st.lists(st.sampled_from(SPELLINGS), min_size=4, max_size=4),
    st.lists(st.sampled_from(WRAPPED), max_size=2),
    st.lists(st.sampled_from(AROUND), max_size=3),
    st.sampled_from(["bash", "zsh"]),
)
def test_another_spelling_never_makes_a_command_look_more_harmless(
    command, spellings, wrapped, around, shell
):
    text = texts(command, spellings)
    for each in [*wrapped, *around]:
        text = each.format(text)
    assert weight(text, shell) >= weight(shlex.join(command), shell)


@given(st.sampled_from(COMMANDS), st.sampled_from(["bash", "zsh", "sh"]))
def test_a_text_for_another_shell_is_as_grave_as_the_command_in_it(command, shell):
    plain = shlex.join(command)
    for text in (f"bash -c {shlex.quote(plain)}", f"eval {shlex.quote(plain)}"):
        assert weight(text, shell) >= weight(plain, shell)


@given(st.sampled_from(COMMANDS))
def test_a_variable_hides_no_word(command):
    for index, word in enumerate(command):
        rest = [shlex.quote(each) for each in command]
        rest[index] = '"$x"'
        text = f"x={shlex.quote(word)}; {' '.join(rest)}"
        assert weight(text, "bash") >= weight(shlex.join(command), "bash")
