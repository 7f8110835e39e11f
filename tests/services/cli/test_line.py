"""Every event as one line."""

from datetime import UTC, datetime

import pytest

from events.actions import RunCommand, SendText
from events.calls import Completion, Output, ToolCallCompleted, ToolCallRequested
from events.envelope import Envelope
from events.recorded import Recorded
from events.sessions import SessionOpened
from services.cli.line import line
from services.cli.wording import words

pytestmark = pytest.mark.pure
NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def recorded(event):
    return Recorded(
        sequence=7,
        subject="evt.local.s1.fact",
        event=event,
        envelope=Envelope(id="i", time=NOW, source="/local/x", actor="x"),
        stored_at=NOW,
    )


def requested(action, **fields):
    return ToolCallRequested(
        session_id="s1",
        call_id="c123456789abc",
        principal="me",
        action=action,
        fingerprint="f",
        deadline=NOW,
        **fields,
    )


def test_a_line_holds_number_time_session_call_event_and_words():
    when = NOW.astimezone().strftime("%H:%M:%S")
    assert line(recorded(requested(RunCommand(command="ls"))), colour=False) == (
        f"     7 {when} s1            c12345678 ToolCallRequested      me: run_command ls"
    )


def test_the_reason_of_an_assistant_is_told_apart_from_what_it_wants_typed():
    event = requested(RunCommand(command="ls"), reason="to look")
    assert words(event) == "me: run_command ls \N{EM DASH} it says: to look"


@pytest.mark.parametrize("colour", [True, False])
def test_a_hostile_text_reaches_the_terminal_as_letters_on_one_line(colour):
    hostile = "\x1b[2J\x1b]52;c;aGk=\x07\nforged"
    shown = line(recorded(requested(RunCommand(command=hostile))), colour=colour)
    plain = shown.replace("\x1b[36m", "").replace("\x1b[0m", "")
    assert plain.isprintable()
    assert "<U+001B>[2J" in plain


def test_the_words_of_an_ending_are_its_outcome():
    ended = ToolCallCompleted(
        call_id="c1",
        exit_code=3,
        completion=Completion(source="osc133", confirmed=True),
        output=Output(total_bytes=12),
        duration_ms=40,
    )
    assert words(ended) == "completed exit 3 40 ms 12 bytes"


def test_pressing_enter_is_shown():
    assert words(requested(SendText(text="y", submit=True))) == "me: send_text y ⏎"


def test_a_session_says_where_it_is():
    place = {"shell": "bash", "cwd": "/srv"}
    opened = SessionOpened(epoch="e", owner="o", backend="pty", cols=80, rows=24, pid=5, **place)
    assert words(opened) == "bash in /srv 80 x 24 process 5"
