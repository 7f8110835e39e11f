"""The log alone tells why a call was cleared, asked about or refused."""

from itertools import combinations

import pytest

from events.policy import PolicyLayerLoaded
from events.review import Decision
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
    first, *others = sorted(files, key=lambda each: each.name != "built-in")
    chosen = (some for n in range(3) for some in combinations(others, n))
    made = [load_rules([first, *some]) for some in chosen]
    return {rules.version: rules for rules in made}


async def recomputed(system: System) -> list[Decision]:
    """Judge everything anew, from the log alone; return what was decided then."""
    known = await policies(system)
    facts = await system.facts()
    actions = {r.event.call_id: r.event.action for r in facts if hasattr(r.event, "action")}
    decided = [r.event for r in facts if hasattr(r.event, "decision")]
    for each in decided:
        rules = known[each.decision.policy_version]
        assert review(each.context, actions[each.call_id], rules) == each.decision
    return [each.decision for each in decided]


async def test_every_decision_is_recomputed_from_the_log(judged: System):
    decided = await recomputed(judged)
    assert [each.tier for each in decided if each.tier != "safe"] == [
        "review", "blocked", "blocked", "blocked", "dangerous",
    ]  # fmt: skip


async def test_a_decision_in_a_mode_and_in_a_workspace_is_recomputed_too(own_broker, tmp_path):
    folder = tmp_path / "workspace"
    (folder / ".eim").mkdir(parents=True)
    (folder / ".eim" / "policy.toml").write_text("[tiers.list]\nsystem = 'dangerous'")
    async with system_on(own_broker) as system:
        system.settings = {
            "EIM_SAFETY_MODE": "unattended",
            "EIM_SAFETY_WORKSPACES": str(folder),
        }
        await system.start("session_driver", "safety_reviewer", "mcp_front")
        async with system.client() as assistant:
            for place in (folder, tmp_path):
                session = await assistant.session(cwd=str(place))
                for command in ("ls /usr", "touch x"):
                    await assistant.run(session, command)
        judged = [each for each in await recomputed(system) if "terminal" not in each.summary]
    assert [(each.tier, each.mode) for each in judged] == [
        ("blocked", "unattended"), ("blocked", "unattended"),
        ("safe", "standard"), ("blocked", "unattended"),
    ]  # fmt: skip
    assert len({each.policy_version for each in judged}) == 2
