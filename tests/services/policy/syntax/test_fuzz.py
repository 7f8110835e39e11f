"""Whatever is typed, there is an answer, soon."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.policy.syntax.parse import parse
from services.policy.syntax.tree import NotUnderstood, Script

pytestmark = pytest.mark.pure

PARTS = [
    *"a1|&;'\"\\$()`<>*~/#!=-{}[]@%^?:+,. \n\t",
    *("<<E\n", "\nE\n", "$(", "${", "$((", "<(", ">(", "((", "[[ ", " ]]", "{a,b}", "{1..3}", "$'"),
    *(
        "if ",
        "then ",
        "fi",
        "for x in ",
        "do ",
        "done",
        "case x in ",
        "esac",
        ";;",
        "f() ",
        "time ",
    ),
    *(
        "time ",
        "&>",
        ">&",
        "2>&1",
        "<<<",
        "<<-",
        "${x:-",
        "x=",
        "x=(",
        "é",
        "\u00a0",
        "export ",
        "~b",
    ),
]
SHELL_LIKE = st.lists(st.sampled_from(PARTS), max_size=60).map("".join)
SHELLS = st.sampled_from(["bash", "zsh", "sh", "fish"])


def answer(text: str, shell: str) -> Script | str:
    before = time.thread_time()
    try:
        return parse(text, shell)
    except NotUnderstood as refused:
        return f"{refused.rule}: {refused}"
    finally:
        assert time.thread_time() - before < 1


@settings(max_examples=300, deadline=None)
@given(SHELL_LIKE | st.text(), SHELLS)
def test_a_text_is_read_or_refused_and_soon(text, shell):
    assert answer(text, shell)


@settings(deadline=None)  # the bound of the answer counts, in time of its own
@given(st.sampled_from(PARTS), st.integers(1, 3000), SHELLS)
def test_a_repeated_part_is_read_or_refused_and_soon(part, count, shell):
    assert answer(part * count, shell)


@settings(deadline=None)  # the bound of the answer counts, in time of its own
@given(SHELL_LIKE, SHELLS)
def test_the_same_text_is_read_in_the_same_way(text, shell):
    assert answer(text, shell) == answer(text, shell)
