"""One sample of every event as it was first stored. A sample is never edited, only added."""

import json
from pathlib import Path

import msgspec
import pytest

from events import codec
from events.envelope import to_headers
from events.vocabulary import ALL

pytestmark = pytest.mark.pure

SAMPLES = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in Path(__file__).with_name("golden").glob("*.json")
    if path.stem != "catalogue"
}


def read(name):
    return codec.recorded(SAMPLES[name]["headers"], json.dumps(SAMPLES[name]["body"]).encode())


def part_of(older, newer):
    """Whether `newer` says all that `older` says; it may say more."""
    if isinstance(older, dict):
        return all(key in newer and part_of(older[key], newer[key]) for key in older)
    if isinstance(older, list):
        return len(older) == len(newer) and all(map(part_of, older, newer))
    return older == newer


@pytest.mark.parametrize("event", ALL)
def test_every_event_has_a_sample(event):
    assert event.__name__ in SAMPLES


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_still_read_as_it_was_meant(name):
    assert part_of(SAMPLES[name]["body"], json.loads(codec.encode(read(name).event)))


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_that_is_stored_again_is_the_same_event(name):
    event = read(name).event
    assert codec.decode(codec.encode(event)) == event


@pytest.mark.parametrize("name", SAMPLES)
def test_the_circumstances_of_a_sample_are_still_understood(name):
    headers = to_headers(read(name).envelope, name.partition(".")[0])
    assert headers.items() <= SAMPLES[name]["headers"].items()


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_leaves_no_field_at_its_default(name):
    event = read(name).event
    defaults = {f.name: f.default for f in msgspec.structs.fields(event)}
    same = [field for field, value in defaults.items() if getattr(event, field) == value]
    added = {"SessionOpened": {"target"}, "ApprovalEndorsed": {"signature"}}
    younger = added.get(name, set())  # another sample has the field
    assert set(same) <= {"fidelity", "session_id", "notice"} | younger
