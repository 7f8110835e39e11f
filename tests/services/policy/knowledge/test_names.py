import pytest

from services.policy.knowledge.command import Command, Flag
from services.policy.knowledge.names import fed
from services.policy.knowledge.reading import read
from services.policy.value import UNKNOWN, Value

pytestmark = pytest.mark.pure

FIND = Command(
    style="long", prints="names", flags="-o !", values="-name", operands="list*",
    flag={"-printf": Flag(value="text", prints="other")},
)  # fmt: skip
XARGS = Command(
    style="first", feeds=True, flags="-0", operands="command",
    flag={"-I": Flag(value="text", place="{}"), "-i": Flag(place="{}")},
)  # fmt: skip


def reading(command, line):
    return read(command, tuple(Value(each) for each in line.split()))


def texts(values):
    return [value.text for value in values]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("", ["./**/*"]),
        (". -name *.c", ["./**/*.c"]),
        ("/etc/ b", ["/etc/**/*", "b", "b/**/*"]),
        (". -name *.c -o -name *.h", ["./**/*"]),
        (". ! -name *.c", ["./**/*"]),
        (". -printf x", []),
    ],
)
def test_the_names_that_find_prints_are_below_its_operands(line, names):
    assert texts(reading(FIND, line).names) == names


def test_a_listing_prints_entries_and_a_long_one_anything():
    knowledge = Command(prints="entries", operands="list*", flag={"-l": Flag(prints="other")})
    assert texts(reading(knowledge, "src").names) == ["src", "*"]
    assert reading(knowledge, "-l src").names == ()


def test_only_find_says_that_a_name_without_a_folder_is_here():
    grep = Command(prints="names", operands="read*")
    assert texts(reading(grep, "").names) == ["**/*"]
    assert texts(reading(grep, "src").names) == ["src", "src/**/*"]


def test_a_filter_passes_lines_on_unless_it_reads_files():
    knowledge = Command(prints="lines", operands="read*")
    assert reading(knowledge, "").passes
    assert not reading(knowledge, "x").passes


def test_words_that_are_read_are_put_at_the_end_or_in_their_place():
    names = (Value("./**/*.c", pattern=True),)
    assert [texts(argv) for argv in fed(reading(XARGS, "-0 grep x"), names)] == [
        ["grep", "x", "./**/*.c"]
    ]
    assert [texts(argv) for argv in fed(reading(XARGS, "-I % cp % %.bak"), names)] == [
        ["cp", "./**/*.c", "./**/*.c.bak"]
    ]
    assert [texts(argv) for argv in fed(reading(XARGS, "-i cat {}"), ())] == [["cat", UNKNOWN]]
    assert fed(reading(XARGS, "rm"), ())[0][-1].many


def test_what_is_found_is_given_to_a_command_of_the_finder():
    knowledge = Command(
        prints="names", feeds=True, operands="text? list*", flag={"-x": Flag(value="command")}
    )
    assert texts(reading(knowledge, "-x rm").commands[0]) == ["rm", "./**/*"]
    assert texts(reading(knowledge, "-x rm {}").commands[0]) == ["rm", "./**/*"]
