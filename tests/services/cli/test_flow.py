"""Who states and who handles each event, held equal wherever it is written down."""

import re
from pathlib import Path

import pytest

from events.lifecycle import publishers
from events.subjects import fact
from events.vocabulary import ALL
from services.cli.flow import document
from services.cli.flows import EMITS, flows
from services.runtime.config import broker_rules

pytestmark = pytest.mark.pure
ROOT = Path(__file__).parents[3]


def test_the_document_is_current():
    assert (ROOT / "docs" / "flow.md").read_text() == document() + "\n"


def test_every_event_has_somebody_who_states_it():
    assert [flow.event for flow in flows() if not flow.emitted_by] == []


def test_what_the_services_declare_is_what_the_table_of_a_call_says():
    for event, users in publishers().items():
        assert {name for name, emitted in EMITS.items() if event in emitted} == users


@pytest.mark.parametrize("user", EMITS)
def test_the_broker_lets_a_service_state_exactly_what_it_declares(user):
    rules = broker_rules().read_text()
    section = rules.split(f"$EIM_NKEY_{user.upper()}\n")[1].split("nkey:")[0]
    allowed = set(re.findall(r'"evt\.\*\.\*\.([\w-]+)"', section))
    assert allowed == {fact(event) for event in EMITS[user]}


def test_nobody_else_may_state_anything():
    stated = re.findall(r'"evt\.\*\.\*\.([\w-]+)"', broker_rules().read_text())
    assert sorted(stated) == sorted(fact(event) for each in EMITS.values() for event in each)
    assert {fact(event) for event in ALL} == set(stated)
