from datetime import timedelta

import pytest
from msgspec.structs import replace

from events.calls import Completion, Output, ToolCallCompleted
from events.review import Effect, Taint
from events.sessions import ControlTaken
from projections.taints import CLEAN, HIDDEN, REMEMBERED, taint
from tests.support.facts import (
    OPENED,
    SAFE,
    asked,
    cleared,
    completed,
    granted,
    requested,
    started,
)  # fmt: skip
from tests.support.given import NOW, fold

pytestmark = pytest.mark.pure

PAGE = Effect(kind="connect", target="https://example.org/")
KEY = Effect(kind="read", target="~/.ssh/id_rsa", place="secret")
ENDED = ToolCallCompleted(
    session_id="s1",
    call_id="c1",
    completion=Completion(source="osc133", confirmed=True),
    output=Output(first_offset=70, end_offset=90, first_record=4),
)


def ran(*effects, call_id="c1"):
    """A command with these effects that has been started."""
    decision = replace(SAFE, effects=effects)
    return requested(call_id), cleared(call_id, decision=decision), started(call_id)


def told(*events):
    return fold(OPENED, *events).taints.of.get("ann", CLEAN)


def shown(*events, after=timedelta(0)):
    return taint(told(*events), NOW + after)


@pytest.mark.parametrize(
    "effect",
    [
        PAGE,
        Effect(kind="network"),
        Effect(kind="install", target="left-pad"),
        Effect(kind="escape"),
        Effect(kind="read", target="/etc/hosts", place="system"),
        Effect(kind="read", target="notes", place="unknown"),
    ],
)
def test_output_of_what_others_wrote_taints_whoever_is_shown_it(effect):
    assert len(shown(*ran(effect), completed()).sources) == 1


@pytest.mark.parametrize(
    "effect",
    [
        Effect(kind="read", target="README.md", place="workspace"),
        Effect(kind="list", target="/etc", place="system"),
        Effect(kind="run"),
        Effect(kind="write", target="/tmp/x", place="temp"),
    ],
)
def test_the_session_s_own_files_and_names_taint_nobody(effect):
    assert told(*ran(effect), completed()) == CLEAN


def test_what_was_asked_for_and_never_started_taints_nobody():
    decision = replace(SAFE, effects=(PAGE,))
    assert told(requested(), cleared(decision=decision)) == CLEAN


def test_a_source_says_where_its_output_is_recorded():
    (source,) = told(*ran(PAGE), ENDED).sources
    place = (source.first_offset, source.end_offset, source.first_record)
    assert (source.shows, place) == ("https://example.org/", (70, 90, 4))


def test_a_person_s_yes_ends_it_and_what_was_allowed_counts_anew():
    later = (requested("c2"), asked("c2", decision=replace(SAFE, effects=(KEY, PAGE))))
    assert told(*ran(PAGE), completed(), *later).sources
    assert told(*ran(PAGE), completed(), *later, granted("c2")) == CLEAN
    assert told(*ran(PAGE), completed(), *later, granted("c2"), started("c2")).sources


def test_the_mere_word_of_a_client_is_no_person_s():
    yes = granted("c2", assurance="client-asserted")
    assert told(*ran(PAGE), completed(), requested("c2"), asked("c2"), yes).sources


def test_a_yes_to_nothing_that_was_asked_ends_nothing():
    assert told(*ran(PAGE), completed(), requested("c2"), granted("c2")).sources


def test_what_still_prints_goes_on_to_count_whatever_a_person_says():
    assert told(*ran(PAGE), requested("c2"), asked("c2"), granted("c2")).sources


def test_a_person_who_takes_the_keyboard_speaks():
    taken = ControlTaken(session_id="s1", by="bob", how="typing")
    assert told(*ran(PAGE), completed(), taken) == CLEAN


def test_nobody_else_is_tainted():
    other = requested("c2", session_id="s2", principal="bob")
    known = fold(OPENED, *ran(PAGE), completed(), other).taints.of
    assert list(known) == ["ann"]


def test_a_secret_is_remembered_for_a_day_whatever_a_person_says():
    events = (*ran(KEY), completed(), requested("c2"), asked("c2"), granted("c2"))
    assert shown(*events) == Taint(secrets=("~/.ssh/id_rsa",))
    assert shown(*events, after=REMEMBERED) == Taint()


def test_hidden_text_is_a_source_of_its_own():
    output = Output(end_offset=9, concealed=("the colour of its background",))
    assert shown(*ran(), replace(ENDED, output=output)).sources == (HIDDEN,)


def test_only_what_came_before_a_call_counts_against_it():
    known = told(*ran(PAGE), completed())
    assert taint(known, NOW, before=4) == Taint()
    assert taint(known, NOW, before=5).sources
