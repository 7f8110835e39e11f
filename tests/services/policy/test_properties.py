from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.actions import RunCommand, SendText
from events.review import Context, Decision, Tier
from services.policy.builtin import builtin_layer
from services.policy.heads import heads
from services.policy.line import split
from services.policy.review import review
from services.policy.rules import load_rules

pytestmark = pytest.mark.pure

RULES = msgspec.structs.replace(load_rules([builtin_layer()]), own_paths=("/home/ann/.eim", "h:1"))
PLACE = Context(
    session_id="s1", integration="full", prompt="idle", cwd="/home/ann", bracketed_paste=True
)
SHELLS = st.sampled_from(["bash", "zsh", "fish", "sh"])
PARTS = [*"a|&;'\"\\$()`<>*~/#!=-{}[1 \n", "ls", "cat", "echo", "/dev/null", "2>&1", "if "]
SHELL_LIKE = st.lists(st.sampled_from(PARTS)).map("".join)
CONTROL = st.characters(max_codepoint=0x9F, categories=["Cc"], exclude_characters="\t\n")


def decided(text: str, shell: str) -> Decision:
    place = msgspec.structs.replace(PLACE, shell=shell)
    return review(place, RunCommand(command=text), RULES)


def tier(text: str, shell: str) -> Tier:
    return decided(text, shell).tier


@given(st.text() | SHELL_LIKE, SHELLS)
def test_a_review_never_raises(text, shell):
    place = msgspec.structs.replace(PLACE, shell=shell)
    for action in (RunCommand(command=text), SendText(text=text)):
        assert review(place, action, RULES).tier in get_args(Tier.__value__)


@given(st.text(), CONTROL, st.text(), SHELLS)
def test_a_control_character_is_always_blocked(before, char, after, shell):
    assert tier(f"ls {before}{char}{after}", shell) == "blocked"


@given(SHELL_LIKE, SHELLS)
def test_what_is_safe_only_looks(text, shell):
    decision = decided(text, shell)
    if decision.tier == "safe":
        assert {each.kind for each in decision.effects} <= {"list", "read"}
        assert not {each.place for each in decision.effects} & {"secret", "unknown", "device"}


@given(SHELL_LIKE, SHELLS)
def test_nothing_safe_runs_an_unlisted_command(text, shell):
    if tier(text, shell) == "safe":
        names = {argv[0] for argv in heads(split(text), RULES.wrappers)}
        assert {name for name in names if not name.startswith("#")} <= RULES.commands.keys()


@given(SHELL_LIKE, SHELLS)
def test_a_review_is_repeatable(text, shell):
    assert decided(text, shell) == decided(text, shell)
