import time

import pytest

from events.review import Tier
from services.policy.builtin import builtin_layer
from services.policy.knowledge.book import bound
from services.policy.knowledge.check import check_described, check_examples, check_names
from services.policy.knowledge.fault import PolicyError
from services.policy.knowledge.load import decode, packaged
from services.policy.proof import proven_rules

pytestmark = pytest.mark.pure


def test_every_command_of_the_package_is_judged_as_its_examples_say():
    began = time.process_time()
    rules = proven_rules([builtin_layer()])
    assert len(rules.commands) > 500
    assert time.process_time() - began < 2


def test_a_key_may_name_several_commands_and_more_beside():
    book = bound([decode("x.toml", '["a b"]\ndoes = "x"\nalso = "c"')])
    assert sorted(book) == ["a", "b", "c"]


def test_a_later_file_has_the_last_word():
    files = [decode("x.toml", "[a]\ndoes = 'x'"), decode("y.toml", "[a]\ndoes = 'y'")]
    assert bound(files)["a"].does == "y"


def test_two_files_of_the_package_may_not_describe_the_same_command():
    files = [decode("x.toml", "[a]"), decode("y.toml", "['b a']")]
    with pytest.raises(PolicyError, match=r"y\.toml: a: is in x\.toml already"):
        check_names(files)


def test_no_two_files_of_the_package_describe_the_same_command():
    check_names(packaged())


def test_a_person_is_told_what_a_command_does():
    with pytest.raises(PolicyError, match=r"x\.toml: a\.sub\.b: does is missing"):
        check_described(decode("x.toml", "[a.sub.b]"))


def test_an_example_that_is_judged_otherwise_is_named():
    def judge(_: str) -> Tier:
        return "review"

    file = decode("x.toml", "[a.sub.b]\nmatch.safe = ['a b']")
    with pytest.raises(PolicyError, match=r"x\.toml: a\.sub\.b\.match: 'a b' is review"):
        check_examples(file, judge)


def test_a_file_that_is_no_knowledge_is_refused_with_its_place():
    with pytest.raises(PolicyError, match=r"x\.toml: .*colour"):
        decode("x.toml", "[a]\ncolour = 1")


def test_the_package_knows_what_it_lists_by_all_names():
    book = bound(packaged())
    assert book["gsed"] is book["sed"]
    assert book["egrep"] is book["grep"]
