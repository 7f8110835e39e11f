"""What each mode makes of what the rules alone would say."""

import pytest

from events.actions import (
    AdoptSession,
    CloseSession,
    OpenSession,
    RequestHandoff,
    RunCommand,
    SendKeys,
    SendText,
)
from events.review import Decision
from services.policy.builtin import builtin_layer
from services.policy.layer import Layer, PolicyError
from services.policy.proof import STANDARD, proven_rules
from services.policy.review import review
from services.policy.rules import Rules, load_rules

pytestmark = pytest.mark.pure

LOOSE = Layer("admin", "a.toml", "[tiers.write]\nworkspace = 'safe'")


def in_mode(*modes: str, above: tuple[Layer, ...] = ()) -> Rules:
    asked = [Layer("user", f"{mode}.toml", f"mode = '{mode}'") for mode in modes]
    return load_rules([builtin_layer(), *above, *asked])


def decided(action, *modes: str) -> Decision:
    return review(STANDARD, action, in_mode(*modes))


LOOK, SECRET = RunCommand(command="ls -l"), RunCommand(command="cat ~/.ssh/id_rsa")
WRITE, UNKNOWN = RunCommand(command="touch x"), RunCommand(command="frobnicate")
ROOT = RunCommand(command="rm -rf /")
ADOPT = AdoptSession(backend="tmux", target="%1")


@pytest.mark.parametrize(
    ("action", "standard", "read_only", "strict", "unattended"),
    [
        (LOOK, "safe", "safe", "safe", "safe"),
        (RunCommand(command="echo hi"), "safe", "safe", "safe", "safe"),
        (SECRET, "dangerous", "dangerous", "dangerous", "blocked"),
        (WRITE, "review", "blocked", "review", "blocked"),
        (UNKNOWN, "review", "blocked", "review", "blocked"),
        (RunCommand(command="ls > x"), "review", "blocked", "review", "blocked"),
        (ROOT, "blocked", "blocked", "blocked", "blocked"),
        (SendText(text="y"), "review", "blocked", "review", "blocked"),
        (SendKeys(keys=("up",)), "safe", "safe", "review", "safe"),
        (SendKeys(keys=("enter",)), "review", "blocked", "review", "blocked"),
        (OpenSession(), "safe", "safe", "review", "safe"),
        (CloseSession(), "safe", "safe", "review", "safe"),
        (RequestHandoff(reason="a password"), "safe", "safe", "safe", "blocked"),
        (ADOPT, "review", "blocked", "review", "blocked"),
    ],
)
def test_a_mode_says_what_is_left(action, standard, read_only, strict, unattended):
    modes = ("standard", "read-only", "strict", "unattended")
    found = [decided(action, mode).tier for mode in modes]
    assert found == [standard, read_only, strict, unattended]


def test_a_decision_names_the_mode_that_made_it_stricter():
    refused = decided(WRITE, "unattended")
    assert (refused.mode, refused.findings[0].rule) == ("unattended", "mode-unattended")
    assert "nobody is there to be asked" in refused.findings[0].text
    assert [each.rule for each in refused.findings[1:]] == ["write-workspace"]


@pytest.mark.parametrize("action", [LOOK, ROOT], ids=["safe anyway", "blocked anyway"])
def test_a_mode_that_changed_nothing_is_not_named(action):
    assert decided(action, "unattended").mode == "standard"


def test_what_one_mode_would_ask_about_is_refused_where_nobody_is_there():
    both = decided(OpenSession(), "unattended", "strict")
    assert (both.tier, both.mode) == ("blocked", "unattended")


def test_no_layer_takes_back_a_mode():
    assert set(in_mode("read-only", "standard", "strict").modes) == {"read-only", "strict"}


def test_a_mode_knows_of_effects_that_an_admin_lets_through_also_of_the_last_of_many():
    text = "; ".join(["ls", *(f"touch {number}" for number in range(70))])
    many = RunCommand(command=text)
    assert review(STANDARD, many, in_mode(above=(LOOSE,))).tier == "safe"
    for mode, tier in (("read-only", "blocked"), ("strict", "review")):
        assert review(STANDARD, many, in_mode(mode, above=(LOOSE,))).tier == tier


def test_a_mode_is_part_of_the_version():
    versions = {in_mode(mode).version for mode in ("standard", "strict", "unattended")}
    assert len(versions) == 3


def test_examples_are_tried_without_a_mode():
    example = Layer("user", "u.toml", "mode = 'read-only'\n[command.x]\nmatch.review = ['x y']")
    assert "read-only" in proven_rules([builtin_layer(), example]).modes


def test_a_mode_that_no_file_describes_is_refused_with_its_line():
    with pytest.raises(PolicyError, match=r"u\.toml:2: mode: no file says what strict is"):
        load_rules([Layer("user", "u.toml", "\nmode = 'strict'")])
