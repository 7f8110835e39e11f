"""What the page of open approvals shows, and when it lets something be approved."""

import pytest
from msgspec.structs import replace

from events.actions import RunCommand
from services.cli.watching.page import (
    DELAY,
    KEYS,
    NOTHING,
    SETTLE,
    Page,
    Size,
    hindrance,
    lines,
    moved,
    refreshed,
)
from services.contract.approval import OpenApproval
from tests.support.facts import IDLE, IN_A_MINUTE, RISKY

pytestmark = pytest.mark.pure


def question(number=1, tier="review", **changes):
    return OpenApproval(
        approval_id=f"ap{number}",
        call_id=f"c{number}",
        session_id="s1",
        principal="claude",
        action=RunCommand(command=f"touch {number}"),
        decision=replace(RISKY, tier=tier),
        context=IDLE,
        expires_at=IN_A_MINUTE,
        **changes,
    )


def page(*questions, signs=False, now=0.0):
    return refreshed(Page(signs=signs), questions, now)


def text(shown, rows=30):
    return "\n".join(line for _, line in lines(shown, Size(80, rows)))


def hindered(shown, now, rows=30):
    return hindrance(shown, Size(80, rows), now)


def test_an_empty_page_says_that_nothing_waits():
    assert NOTHING in text(page())
    assert hindered(page(), 0) == NOTHING


def test_the_first_question_is_shown_whole_and_the_others_in_a_line():
    shown = text(page(question(1), question(2)))
    assert "│ touch 1" in shown
    assert "run_command touch 2" in shown
    assert "│ touch 2" not in shown


def test_the_choice_moves_round():
    both = page(question(1), question(2))
    assert moved(both, 1, 1).chosen == "ap2"
    assert moved(moved(both, 1, 1), 1, 2).chosen == "ap1"
    assert moved(both, -1, 1).chosen == "ap2"


def test_the_choice_stays_while_its_question_is_open_and_goes_on_when_it_is_not():
    both = moved(page(question(1), question(2)), 1, 1)
    assert refreshed(both, (question(1), question(2), question(3)), 2).chosen == "ap2"
    assert refreshed(both, (question(1),), 2).chosen == "ap1"


def test_what_is_reviewed_can_be_approved_after_a_moment():
    assert "Read it first" in hindered(page(question()), SETTLE - 0.1)
    assert hindered(page(question()), SETTLE) == ""


def test_what_is_dangerous_must_have_been_on_the_screen_for_a_while():
    risky = page(question(tier="dangerous"), signs=True)
    assert "dangerous" in hindered(risky, DELAY - 0.5)
    assert hindered(risky, DELAY) == ""


def test_a_question_that_moves_up_under_a_finger_is_not_approved_with_it():
    """The one before it expires just as the key is pressed."""
    both = page(question(1), question(2, tier="dangerous"), signs=True)
    assert "dangerous" in hindered(refreshed(both, both.questions[1:], 60), 60.1)


def test_what_takes_a_signature_says_how_to_get_a_key():
    assert "eim enrol" in hindered(page(question(assurance="signed")), DELAY)
    assert hindered(page(question(assurance="signed"), signs=True), DELAY) == ""


@pytest.mark.parametrize("rows", [1, 5, 24, 60])
def test_a_long_queue_never_overflows_the_screen_and_shows_the_chosen_one(rows):
    many = page(*(question(number) for number in range(1, 101)))
    for _ in range(57):
        many = moved(many, 1, 0)
    shown = lines(many, Size(80, rows))
    assert len(shown) <= rows
    if rows > 20:
        assert any("▸" in line for _, line in shown)
        assert shown[-1][1] == KEYS


@pytest.mark.parametrize("command", ["echo a\n" * 60 + "rm -rf x", "echo " + "a" * 2000 + "; rm x"])
def test_what_does_not_fit_on_the_screen_is_not_approved_there(command):
    long = page(replace(question(), action=RunCommand(command=command)))
    assert "eim approve ap1" in hindered(long, DELAY)
    assert KEYS in text(long)
    assert hindered(page(question()), DELAY) == ""


def test_a_question_that_becomes_another_is_on_the_screen_only_from_then_on():
    asks = page(question())
    swapped = replace(question(), action=RunCommand(command="rm x"))
    assert "Read it first" in hindered(refreshed(asks, (swapped,), 60), 60.1)
    assert hindered(refreshed(asks, (replace(question(), agreed=("bob",)),), 60), 60.1) == ""
