from typing import get_args

import msgspec
import pytest

from events.base import Event, Sealed, SealedTextError, SessionEvent, plain
from events.calls import ToolCallServed, ToolCallStarted
from events.subjects import fact
from events.vocabulary import ALL, AnyEvent, CallFact, SessionFact, SystemFact

pytestmark = pytest.mark.pure


def leaves(cls):
    below = cls.__subclasses__()
    return {leaf for each in below for leaf in leaves(each)} if below else {cls}


def test_the_vocabulary_holds_every_event_class_there_is():
    assert {event for event in leaves(Event) if event.__module__.startswith("events.")} == set(ALL)


def test_no_event_is_in_two_unions():
    assert len(set(ALL)) == len(ALL)
    unions = [CallFact, SessionFact, SystemFact]
    assert list(get_args(AnyEvent.__value__)) == unions


@pytest.mark.parametrize("event", ALL)
def test_an_event_is_frozen_keyword_only_and_tagged_with_its_name(event):
    config = event.__struct_config__
    assert (config.frozen, config.tag, config.tag_field) == (True, event.__name__, "type")
    with pytest.raises(TypeError, match="positional"):
        event("s1")


def test_an_event_cannot_be_changed():
    started = ToolCallStarted(call_id="c1", digest="d", offset=0)
    with pytest.raises(AttributeError):
        started.offset = 1  # pyright: ignore[reportAttributeAccessIssue] - the point of the test


@pytest.mark.parametrize("event", ALL)
def test_an_event_says_in_one_line_what_happened(event):
    assert event.__doc__
    assert event.__doc__.splitlines()[0].endswith(".")


@pytest.mark.parametrize("event", ALL)
def test_an_event_belongs_to_a_session(event):
    assert issubclass(event, SessionEvent)
    assert msgspec.structs.fields(event)[0].name == "session_id"


def test_no_two_events_share_a_subject():
    assert len({fact(event) for event in ALL}) == len(ALL)


def test_a_read_only_call_is_no_step_of_another_call():
    assert "call_id" not in {field.name for field in msgspec.structs.fields(ToolCallServed)}


def test_open_text_can_be_read_and_sealed_text_names_its_key():
    assert plain("ls") == "ls"
    with pytest.raises(SealedTextError, match="k1"):
        plain(Sealed(key_id="k1", nonce=b"", ciphertext=b""))
