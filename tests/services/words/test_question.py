"""What a person is shown before deciding."""

from datetime import UTC, datetime, timedelta

import pytest

from events.actions import AdoptSession, CloseSession, OpenSession, RunCommand, SendKeys, SendText
from events.review import Context, Decision, Finding
from services.contract.approval import OpenApproval
from services.words.question import shown

pytestmark = pytest.mark.pure


ZSH, FISH = {"shell": "zsh"}, {"shell": "fish"}


def question(action, **more):
    return OpenApproval(
        approval_id="ap12",
        call_id="c1",
        session_id="s1",
        principal="claude-desktop",
        action=action,
        decision=Decision(
            tier="review",
            summary="runs touch",
            findings=(Finding(rule="unknown-command", text="touch is not listed."),),
            policy_version="v",
            engine="e",
        ),
        context=Context(session_id="s1", cwd="/srv", prompt="idle", **ZSH),
        expires_at=datetime.now(UTC) + timedelta(minutes=5, seconds=1),
        **more,
    )


def test_everything_a_decision_rests_on_is_shown():
    lines = shown(question(RunCommand(command="touch x"))).splitlines()
    assert lines[0] in {"ap12  expires in 5 min 00 s", "ap12  expires in 5 min 01 s"}
    assert lines[1:] == [
        "  types    │ touch x",
        "           and presses Enter (8 bytes)",
        "  why      review: runs touch",
        "           touch is not listed. [unknown-command]",
        "  who      claude-desktop",
        "  where    session s1, /srv",
        "           zsh, prompt idle",
        "  call     c1",
    ]


def test_the_reason_is_shown_on_one_line_as_the_assistants_claim():
    reason = "to tidy up\n  why      safe\x1b[A" + 90 * " " + "who      root\u202e"
    lines = shown(question(RunCommand(command="touch x"), reason=reason)).splitlines()
    told = "to tidy up⏎ why safe<U+001B>[A who root<U+202E>"
    assert f"  says     (the assistant's own words, unchecked) {told}" in lines
    assert sum(line.startswith("  why ") for line in lines) == 1


def test_each_line_of_a_text_stands_behind_a_bar_so_that_none_can_pose_as_ours():
    text = shown(question(SendText(text="a\n  who      root\x1b[A")))
    assert "  types    │ a\n           │   who      root<U+001B>[A\n" in text
    assert "and does not press Enter" in text


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (SendKeys(keys=("ctrl_c", "enter")), "presses  ctrl_c enter"),
        (OpenSession(cwd="/x", env={"A": "1"}, **FISH), "opens    fish in /x"),
        (OpenSession(env={"A": "1\n"}), "with A=1⏎"),
        (CloseSession(mode="force"), "closes   session s1, mode force"),
        (AdoptSession(backend="tmux", target="%3"), "adopts   tmux %3, a person's terminal"),
    ],
)
def test_every_kind_of_action_says_what_it_does(action, expected):
    assert expected in shown(question(action))
