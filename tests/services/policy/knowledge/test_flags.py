"""What single flags change about a reading."""

import pytest

from services.policy.knowledge.reading import read
from services.policy.value import UNKNOWN
from tests.services.policy.knowledge.test_reading import FIND, GIT, command, reading, roles

pytestmark = pytest.mark.pure


def test_asking_for_help_does_nothing_else():
    assert reading(GIT, "push --help") == read(command("operands = ''"), ())
    assert reading(GIT, "push --help x").doubts
    below = 'sub.push = { operands = "text*" }'
    assert reading(below, "--version") == reading(below, "push --help")
    assert reading(below, "push --version").doubts == ("flag --version is not on its list",)


def test_a_build_tool_reads_its_file_before_it_gives_help():
    assert reading('kinds = ["run", "network"]\noperands = "text*"', "--help").kinds == ("run",)


def test_the_first_role_that_fits_the_value_of_a_flag_is_taken():
    knowledge = 'shapes.plain = "[a-z]*"\nflag."-c" = "plain|code"'
    assert roles(knowledge, "-c abc") == ["text:abc"]
    assert roles(knowledge, "-c a;b") == ["code:a;b"]
    assert roles(knowledge, "-c ?") == [f"code:{UNKNOWN}"]


def test_a_command_can_tell_what_stands_after_the_end_of_its_flags():
    knowledge = 'operands = "text*"\nflag."--" = { kinds = ["history"] }'
    assert reading(knowledge, "-- x").kinds == ("history",)
    assert reading(knowledge, "x --").kinds == reading(knowledge, "x").kinds == ()


def test_commands_that_run_elsewhere_are_told_apart():
    knowledge = FIND.replace("[flag]", '[flag]\n"-execdir" = { value = "until", elsewhere = true }')
    assert reading(knowledge, ". -execdir ls {} ;").elsewhere
    assert not reading(knowledge, ". -exec ls {} ;").elsewhere


def test_a_command_that_runs_nothing_has_no_commands():
    assert reading(FIND, ". -exec").commands == ()
