"""The log alone tells why a call was cleared, asked about or refused."""

from itertools import combinations

import pytest

from events.policy import PolicyLayerLoaded
from services.policy.knowledge.load import decode, texts
from services.policy.layer import Layer
from services.policy.review import review
from services.policy.rules import Rules, load_rules
from tests.conftest import Broker
from tests.system import System, system_on

KNOWLEDGE = {("built-in", path) for path, _ in texts()}
COMMANDS = (
    "ls -l",
    "touch x",
    "rm -rf /",
    "cat {home}/keys/cli.nk",
    "nc 127.0.0.1:{port}",
    "cat /etc/hosts",
    "nc -z 127.0.0.1 9",
)


@pytest.fixture
async def judged(own_broker: Broker):
    """The log of a system that was asked for all sorts of commands."""
    port = own_broker.address.url.rpartition(":")[2]
    async with system_on(own_broker) as system:
        await system.start("session_driver", "safety_reviewer", "mcp_front")
        async with system.client() as assistant:
            for command in COMMANDS:
                session = await assistant.session()
                text = command.format(home=own_broker.home.root, port=port)
                await assistant.run(session, text, wait_ms=1000)
        yield system


async def policies(system: System) -> dict[str, Rules]:
    """Every policy that the stored files make, by its version."""
    stored = [r.event for r in await system.facts(lambda r: isinstance(r.event, PolicyLayerLoaded))]
    commands = [each for each in stored if (each.layer, each.path) in KNOWLEDGE]
    known = tuple(decode(each.path, each.content) for each in commands)
    files = [
        Layer(each.layer, each.path, each.content, known if each.layer == "built-in" else ())
        for each in stored
        if each not in commands
    ]
    made = [load_rules(chosen) for n in (1, 2) for chosen in combinations(files, n)]
    return {rules.version: rules for rules in made}


async def test_every_decision_is_recomputed_from_the_log(judged: System):
    known = await policies(judged)
    facts = await judged.facts()
    actions = {r.event.call_id: r.event.action for r in facts if hasattr(r.event, "action")}
    decided = [r.event for r in facts if hasattr(r.event, "decision")]
    again = [
        review(each.context, actions[each.call_id], known[each.decision.policy_version])
        for each in decided
    ]
    assert again == [each.decision for each in decided]
    assert [each.decision.tier for each in decided if each.decision.tier != "safe"] == [
        "review", "blocked", "blocked", "blocked", "dangerous",
    ]  # fmt: skip
