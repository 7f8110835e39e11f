"""A small part of `make fuzz`, always the same one."""

import random
from collections import Counter

import pytest

from benchmarks.fuzz import judged, made, misread

SEEDS = (
    "find . -name '*.c' -exec grep -n x {} +",
    "git log --oneline",
    'for f in *; do cat "$f"; done',
)


@pytest.mark.parametrize("shell", ["bash", "zsh", "sh", "fish"])
def test_a_text_made_at_random_is_judged_as_the_shell_reads_it(shell, rules):
    chance = random.Random(shell)  # noqa: S311 - to be repeated
    texts = [made(chance, SEEDS) for _ in range(30)]
    wrong = [each for text in texts for each in judged(text, shell, rules, Counter())]
    assert wrong + [each for text in texts for each in misread(text, shell)] == []


@pytest.mark.parametrize(
    "text", ["find . -exec", "find . -ok", "fd -x", "find . -exec ';'", "env", "xargs"]
)
def test_a_command_that_runs_another_may_name_none(text, judge):
    assert judge(text)
