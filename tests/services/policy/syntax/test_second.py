"""No text harms the process that reads it: what may end one is read in one of its own."""

import gc
import subprocess
import sys
import tracemalloc

import pytest

from services.policy.syntax.second import Opinion

pytestmark = pytest.mark.pure

READ = """
import sys
from services.policy.syntax.second import Opinion
from services.policy.syntax.tree import NotUnderstood

text, shell = sys.stdin.buffer.read().decode(), sys.argv[1]
try:
    print("read", Opinion(text, shell).commands)
except NotUnderstood as refused:
    print(refused.rule)
"""


def said(text: str, shell: str) -> str:
    command = [sys.executable, "-c", READ, shell]
    done = subprocess.run(command, input=text.encode(), capture_output=True, check=True)
    return done.stdout.decode().strip()


@pytest.mark.parametrize("shell", ["bash", "zsh"])
@pytest.mark.parametrize("before", ["{", "a {12", "a {1..", "a {1..2", "a {..", 'a "$(b {'])
def test_a_letter_where_a_range_has_digits_ends_no_process(before, shell):
    letters = "\u0100\u65e5\ufffd\U000f0000\U0010ffff"
    assert {said(before + letter, shell) for letter in letters} == {"expansion"}


@pytest.mark.parametrize("opening", ["(", "$(", "${", "${a%", "$((", "{ ", '"$(', "`${", "'\"'$("])
@pytest.mark.parametrize("before", ["a <<E ", "a <<E $(", "a <<E\n"])
def test_a_here_document_with_much_left_open_ends_no_process(before, opening):
    assert said(before + opening * 256, "zsh") == "here-document"


@pytest.mark.parametrize("before", ["a <<E ", "a <<E $(", "a <<E\n"])
def test_what_the_scanner_holds_is_left_to_the_grammar(before):
    assert said(before + "(" * (255 - before.count("(")), "zsh") == "syntax"


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_a_text_is_let_go_of_once_it_is_read(shell):
    text = "a <<E\n" + "b $c d\n" * 400 + "E\n"
    Opinion(text, shell)  # whatever is made once
    tracemalloc.start()
    try:
        Opinion(text, shell)
        gc.collect()
        kept, _peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < len(text)


@pytest.mark.parametrize("shell", ["bash", "zsh"])
@pytest.mark.parametrize("text", ["a 日本", "a {é,b}", "a {b,日}", "a '{\"日\": 1}'", "a 日{1..3}"])
def test_other_letters_are_read(text, shell):
    assert said(text, shell).startswith("read")
