import pytest
from hypothesis import given

from events import codec, upcasts
from events.calls import ToolCallStarted, ToolCallWithdrawn
from events.envelope import from_headers, to_headers
from tests.support.strategies import ENVELOPES, EVENTS

pytestmark = pytest.mark.pure

STARTED = ToolCallStarted(session_id="s1", call_id="c1", digest="d", offset=3)
HEADERS = {
    "Nats-Sequence": "7",
    "Nats-Subject": "evt.mac1.s1.call-started",
    "Nats-Time-Stamp": "2026-03-01T10:00:00.123456789Z",
    "ce-type": "ToolCallStarted",
    "ce-id": "e1",
    "ce-time": "2026-03-01T10:00:00+00:00",
    "ce-source": "/mac1/session_driver",
    "ce-actor": "session_driver",
}


@given(EVENTS)
def test_every_event_comes_back_as_it_was_stored(event):
    assert codec.decode(codec.encode(event), type(event).__name__) == event


def test_the_body_says_its_type_to_whoever_reads_it():
    assert codec.encode(STARTED).startswith(b'{"type":"ToolCallStarted",')


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"type":"NeverHeardOf"}', b'{"type":"ToolC'])
def test_what_is_no_event_is_unreadable(body):
    with pytest.raises(codec.UnreadableEvent, match=r"call\.v9: "):
        codec.decode(body, "call.v9")


def test_a_field_that_a_newer_version_added_is_ignored():
    body = codec.encode(STARTED)[:-1] + b',"invented_later":1}'
    assert codec.decode(body) == STARTED


def test_an_old_shape_is_brought_up_to_date_before_it_is_decoded(monkeypatch):
    def renamed(body):
        return {**body, "type": "ToolCallWithdrawn", "by": body.pop("who")}

    monkeypatch.setattr(codec, "UPCASTS", {"CallTakenBack": renamed})
    old = b'{"type":"CallTakenBack","session_id":"s1","call_id":"c1","who":"ann"}'
    assert codec.decode(old, "CallTakenBack") == ToolCallWithdrawn(
        session_id="s1", call_id="c1", by="ann"
    )


def test_no_upcast_is_kept_for_a_shape_that_never_was():
    assert dict(upcasts.UPCASTS) == {}


def test_a_stored_message_is_read_back_with_what_the_broker_added():
    found = codec.recorded(HEADERS, codec.encode(STARTED))
    assert (found.sequence, found.subject, found.event) == (7, HEADERS["Nats-Subject"], STARTED)
    assert found.stored_at.isoformat() == "2026-03-01T10:00:00.123456+00:00"


@pytest.mark.parametrize(
    "subject",
    [
        "evt.mac1.s1.call-requested",
        "evt.mac1.s2.call-started",
        "evt.mac1.call-started",
        "evt.mac1.s1.call-started.",
    ],
)
def test_an_event_under_the_subject_of_another_is_refused(subject):
    with pytest.raises(codec.UnreadableEvent, match="under"):
        codec.recorded(HEADERS | {"Nats-Subject": subject}, codec.encode(STARTED))


@pytest.mark.parametrize("header", ["ce-id", "ce-time", "ce-source", "ce-type"])
def test_an_event_without_its_circumstances_is_refused(header):
    headers = {name: value for name, value in HEADERS.items() if name != header}
    with pytest.raises(codec.UnreadableEvent, match=header):
        codec.recorded(headers, codec.encode(STARTED))


@pytest.mark.parametrize("header", ["ce-time", "Nats-Time-Stamp", "Nats-Sequence"])
def test_an_event_with_malformed_circumstances_is_refused(header):
    with pytest.raises(codec.UnreadableEvent, match="yesterday"):
        codec.recorded(HEADERS | {header: "yesterday"}, codec.encode(STARTED))


@given(ENVELOPES)
def test_the_circumstances_survive_any_text(envelope):
    assert from_headers(to_headers(envelope, "T")) == envelope


@given(ENVELOPES)
def test_no_header_can_break_out_of_its_line(envelope):
    for value in to_headers(envelope, "T").values():
        assert value.isascii()
        assert value.isprintable()
        assert value == value.strip()


def test_the_id_of_an_event_is_what_the_broker_tells_repeats_by():
    headers = to_headers(codec.recorded(HEADERS, codec.encode(STARTED)).envelope, "T")
    assert headers["Nats-Msg-Id"] == headers["ce-id"] == "e1"
