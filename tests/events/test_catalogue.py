import json
from pathlib import Path

import pytest

from events.catalogue import DOCUMENTS, HERE, STATED_BY, asyncapi, written
from events.growth import losses
from events.vocabulary import ALL
from services.mcp_front import front
from services.safety_reviewer import service as reviewer
from services.session_driver import service as driver

pytestmark = pytest.mark.pure

GOLDEN = Path(__file__).parent / "golden" / "catalogue.json"


def schemas(path):
    return json.loads(path.read_text(encoding="utf-8"))["$defs"]


def fields(path):
    return {(name, field) for name, each in schemas(path).items() for field in each["properties"]}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_documents_are_current(name):
    """Run `python -m events.catalogue` where this fails."""
    assert (HERE / name).read_text(encoding="utf-8") == written(DOCUMENTS[name]())


def test_nothing_that_was_ever_stored_is_taken_out_of_the_vocabulary():
    assert losses(schemas(GOLDEN), schemas(HERE / "catalogue.json")) == []


def test_what_is_new_is_protected_too():
    """Copy events/catalogue.json over the golden one, once the test above passes."""
    assert fields(HERE / "catalogue.json") == fields(GOLDEN)


def test_every_event_has_a_channel_and_a_message():
    document = asyncapi()
    assert {name for each in document["channels"].values() for name in each["messages"]} == {
        event.__name__ for event in ALL
    }
    assert set(document["components"]["messages"]) == {event.__name__ for event in ALL}


def references(node):
    if isinstance(node, dict):
        yield from (node[key] for key in node if key == "$ref")
        node = node.values()
    for child in [] if isinstance(node, str | int | float | None) else node:
        yield from references(child)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_reference_leads_somewhere(name):
    document = json.loads((HERE / name).read_text(encoding="utf-8"))
    for reference in references(document):
        place = document
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]


@pytest.mark.parametrize(
    ("user", "emits"),
    [
        ("mcp_front", front.EMITS),
        ("safety_reviewer", reviewer.EMITS),
        ("session_driver", driver.EMITS),
    ],
)
def test_a_service_states_the_facts_that_the_catalogue_says(user, emits):
    assert {event for event, users in STATED_BY.items() if user in users} == set(emits)


def test_every_event_is_stated_by_somebody():
    assert set(STATED_BY) == set(ALL)
    assert all(STATED_BY.values())
