import msgspec
import pytest

from services.policy.knowledge.command import Command
from services.policy.knowledge.reading import read
from services.policy.value import UNKNOWN, Value

pytestmark = pytest.mark.pure

SORT = """
flags = "-n -r --reverse"
values = "-k --key"
attached = "--check"
operands = "read*"
[flag]
"-o --output" = "write"
"--compress-program" = "run"
"""
GREP = """
globs = true
flags = "-i"
values = "-A"
operands = "text read*"
flag."-e" = { value = "text", first = true }
"""
COPY = 'operands = "read* write"\nflags = "-f"\nflag."-t" = { value = "write", operands = "read*" }'
TAR = """
bundle = true
kinds = ["state"]
flags = "-z"
operands = "read*"
[flag]
"-t" = { only = true, operands = "text*" }
"-f" = "read"
"-I" = "run"
"""
FIND = """
style = "long"
prints = "names"
flags = "! -o -print"
values = "-name"
operands = "list*"
[flag]
"-exec" = "until"
"-delete" = { kinds = ["delete-tree"] }
"""
ENV = 'style = "first"\nflags = "-i"\noperands = "variable* command"\nflag."-S" = "shell"'
GIT = """
shared = true
flags = "--bare"
values = "-C"
[flag]
"--version" = { only = true }
[sub."log show"]
flags = "-p"
operands = "text*"
[sub."list-*"]
[sub.push]
kinds = ["network"]
[sub.remote.sub.add]
operands = "text connect"
"""


def command(text):
    return msgspec.toml.decode(text, type=Command)


def word(text):
    many = text.startswith("@")
    text = text.removeprefix("@").replace("?", UNKNOWN)
    return Value(text, pattern="*" in text, many=many)


def reading(knowledge, line):
    return read(command(knowledge), tuple(word(each) for each in line.split()))


def roles(knowledge, line):
    found = reading(knowledge, line)
    assert found.doubts == ()
    return sorted(f"{use.role}:{use.value.text}" for use in found.uses)


@pytest.mark.parametrize(
    ("knowledge", "line", "expected"),
    [
        (SORT, "-nr -k2 x", ["read:x", "text:2"]),
        (SORT, "-nk 2 --key=3 --key 4 x", ["read:x", "text:2", "text:3", "text:4"]),
        (SORT, "x -no y", ["read:x", "write:y"]),
        (SORT, "-nroy", ["write:y"]),
        (SORT, "--output=y - x", ["read:-", "read:x", "write:y"]),
        (SORT, "--compress-program ./x", ["run:./x"]),
        (SORT, "-- -o y", ["read:-o", "read:y"]),
        (SORT, "--check x", ["read:x"]),
        (SORT, "--check=quiet x", ["read:x", "text:quiet"]),
        (SORT, "./*.c", ["read:./*.c"]),
        (GREP, "x y z", ["read:y", "read:z", "text:x"]),
        (GREP, "-ie x y", ["read:y", "text:x"]),
        (GREP, "x *", ["read:*", "text:x"]),
        (COPY, "a b c", ["read:a", "read:b", "write:c"]),
        (COPY, "-t c a b", ["read:a", "read:b", "write:c"]),
        (COPY, "./a* c", ["read:./a*", "write:c"]),
        (COPY, "./a*", ["read:./a*", "write:./a*"]),
        (TAR, "tzf x", ["read:x"]),
        (TAR, "-tf x y", ["read:x", "text:y"]),
        (FIND, ". -name x -o ! -print", ["list:.", "text:x"]),
        (FIND, ". -name *.c", ["list:.", "text:*.c"]),
    ],
)
def test_a_word_has_the_role_of_its_place(knowledge, line, expected):
    assert roles(knowledge, line) == expected


@pytest.mark.parametrize(
    ("knowledge", "line", "doubt"),
    [
        (SORT, "-x y", "flag -x is not on its list"),
        (SORT, "-nx y", "flag -x is not on its list"),
        (SORT, "--rev x", "flag --rev is not on its list"),
        (SORT, "--reverse=1 x", "flag --reverse is not on its list with a value"),
        (SORT, "x -k", "flag -k needs a value"),
        (SORT, "*", "'*' may stand for a flag; write ./* for a file"),
        (SORT, "?x", f"'{UNKNOWN}x' may stand for a flag; write ./{UNKNOWN}x for a file"),
        (SORT, "-? x", f"flag -{UNKNOWN} is not on its list"),
        (SORT, "-k @? x", "the value of -k may be no or several words"),
        (GREP, "-i", "takes at least 1 operands here"),
        (TAR, "tq", "flag q is not on its list"),
        (FIND, "*", "'*' may stand for a flag; write ./* for a file"),
        (FIND, ". -name *", "'*' may come to a flag besides the value of -name"),
        (FIND, ". -exec ls", "a command in it has no end"),
        (FIND, ". -exec rm x{} +", "a command in it has no end"),
        (GIT, "", "a subcommand is missing"),
        (GIT, "pull", "subcommand 'pull' is not on its list"),
        (GIT, "?", f"subcommand '{UNKNOWN}' is not on its list"),
        (GIT, "log -x", "flag -x is not on its list"),
    ],
)
def test_what_is_not_known_is_a_doubt(knowledge, line, doubt):
    assert doubt in reading(knowledge, line).doubts


def test_words_of_any_number_have_every_role_that_they_may_come_to():
    assert roles(COPY, "./a @./b? ./c") == [
        "read:./a",
        f"read:./b{UNKNOWN}",
        "write:./c",
    ]
    assert "write:./a" in roles(COPY, "./a @./b?")


def test_a_flag_by_which_nothing_else_happens_takes_the_kinds_away():
    assert reading(TAR, "-f x").kinds == ("state",)
    assert reading(TAR, "-t -f x").kinds == ()
    assert [use.role for use in reading(TAR, "-t -I x").uses] == ["run"]
    assert reading(GIT, "--version").doubts == ()


def test_a_command_that_another_runs_keeps_its_own_flags():
    found = reading(ENV, "-i A=1 B=2 rm -rf x")
    assert [use.value.text for use in found.uses] == ["A=1", "B=2"]
    assert [[word.text for word in argv] for argv in found.commands] == [["rm", "-rf", "x"]]


def test_find_puts_what_it_finds_into_each_command():
    found = reading(FIND, "src -name *.c -exec cat {} ; -exec cp {} {}.bak +")
    texts = {" ".join(word.text for word in argv) for argv in found.commands}
    assert "cat src/**/*.c" in texts
    assert "cat src" in texts
    assert found.doubts == ("a command in it has no end",)


def test_a_text_that_a_name_is_put_into_is_not_known():
    found = reading(FIND, ". -exec a'$(b){}' ;")
    assert [word.text for word in found.commands[0]] == [f"a'$(b){UNKNOWN}'"]


@pytest.mark.parametrize("line", ["log -p --bare", "-C x show y", "list-things", "log -C x"])
def test_flags_may_stand_on_both_sides_of_a_subcommand_that_shares_them(line):
    assert reading(GIT, line).doubts == ()


def test_a_subcommand_has_its_own_kinds_and_roles():
    assert reading(GIT, "push").kinds == ("network",)
    assert [use.role for use in reading(GIT, "remote add a b").uses] == ["text", "connect"]


def test_the_first_form_that_fits_is_taken():
    knowledge = """
    shapes = { local = "[^:]*", far = ".*:.*" }
    operands = "read:local write:local | upload:local connect:far | +system text"
    """
    assert roles(knowledge, "a b") == ["read:a", "write:b"]
    assert roles(knowledge, "a b:c") == ["connect:b:c", "upload:a"]
    assert reading(knowledge, "x").kinds == ("system",)
    assert reading(knowledge, "a:b c").doubts == ("'a:b' has a form that is not on its list",)


def test_a_shape_that_a_flag_stands_in_for_is_no_first_operand():
    knowledge = """
    operands = "sed read*"
    shapes = { empty = "" }
    [flag]
    "-e" = { value = "sed", first = true }
    "-i" = { value = "text", attached = true, operands = "empty sed write* | sed write*" }
    """
    assert roles(knowledge, "-i.bak -e s/a/b/ x") == ["sed:s/a/b/", "text:.bak", "write:x"]
    found = read(command(knowledge), (Value("-i"), Value(""), Value("s/a/b/"), Value("x")))
    assert [use.role for use in found.uses] == ["text", "sed", "write"]


def test_a_command_without_operands_may_do_more():
    knowledge = 'operands = "run text*|"\nbare = ["escape"]\nflag."--version" = { only = true }'
    assert reading(knowledge, "").kinds == ("escape",)
    assert reading(knowledge, "x").kinds == ()
    assert reading(knowledge, "--version").kinds == ()


def test_a_flag_may_take_two_words():
    assert roles('operands = "text*"\nflag."--arg" = "text read"', "--arg a b c") == [
        "read:b",
        "text:a",
        "text:c",
    ]


def test_words_of_a_shell_text_are_joined():
    assert roles('style = "plain"\noperands = "shell*"', "echo a -x") == ["shell:echo a -x"]


def test_pairs_have_the_role_of_their_names():
    assert roles('style = "pairs"\nvalues = "bs"\nflag.of = "write"', "bs=1 of=x") == [
        "text:1",
        "write:x",
    ]


def test_a_flag_may_turn_the_value_of_another():
    knowledge = 'flag."-f" = "read"\nflag."-c" = { turns = { "-f" = "write" } }'
    assert roles(knowledge, "-f x") == ["read:x"]
    assert roles(knowledge, "-f x -c") == ["write:x"]


def test_a_value_after_an_operand_is_read_where_flags_end_at_the_first_operand():
    knowledge = 'values = "-d -n"\noperands = "read*"'
    assert roles(knowledge, "x -d ~/.netrc -n 5") == [
        "read:x",
        "read:~/.netrc",
        "text:5",
        "text:~/.netrc",
    ]
    assert roles(knowledge, "-d ab x") == ["read:x", "text:ab"]


def test_the_floor_of_a_flag_counts():
    knowledge = 'tier = "review"\nwhy = "a"\nflag."-x" = { tier = "blocked", why = "erases" }'
    assert (reading(knowledge, "-x").tier, reading(knowledge, "-x").why) == ("blocked", "erases")
    assert (reading(knowledge, "").tier, reading(knowledge, "").why) == ("review", "a")


def test_a_command_that_is_found_for_ends_at_a_semicolon():
    finder = 'operands = "text? list*"\nflag."-x" = "command"'
    found = reading(finder, "-x ls {} ; -x rm {}")
    assert [[each.text for each in argv] for argv in found.commands] == [["ls", "{}"], ["rm", "{}"]]


def test_words_that_are_not_known_may_end_a_command_in_others():
    words = (*map(Value, (".", "-exec", "ls")), Value(UNKNOWN, many=True), Value("{}"), Value(";"))
    found = read(msgspec.toml.decode(FIND, type=Command), words)
    assert any("may end a command" in doubt for doubt in found.doubts)
