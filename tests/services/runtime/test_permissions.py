"""What nats.conf lets each user say, tried out against the real server."""

import asyncio

import msgspec
import pytest
from nats.errors import Error as NatsError

from events.lifecycle import publishers
from events.subjects import fact
from events.vocabulary import ALL
from services.runtime.keys import USERS
from tests.support.logs import all_heard

SAYS = {
    "mcp_front": {"call-requested", "call-served"},
    "safety_reviewer": {
        "call-cleared",
        "call-refused",
        "call-lapsed",
        "call-withdrawn",
        "approval-requested",
        "approval-endorsed",
        "approval-granted",
        "approval-denied",
        "approval-expired",
        "approval-withdrawn",
        "policy-layer-loaded",
        "approver-enrolled",
        "approver-revoked",
        "handling-failed",
    },
    "session_driver": {
        "call-started",
        "call-rejected",
        "call-completed",
        "call-failed",
        "call-cancelled",
        "call-outcome-unknown",
        "interrupt-sent",
        "session-opened",
        "session-resized",
        "session-closed",
        "session-lost",
        "recording-gapped",
        "control-taken",
        "control-returned",
        "node-started",
        "node-stopped",
        "handling-failed",
    },
    "operator": {"log-restored"},
}
FACTS = {fact(event) for event in ALL}


async def answers(client, subject, body=b"{}"):
    """Whether the subject may be published to and somebody answers."""
    try:
        return bool((await client.request(subject, body, timeout=0.5)).data)
    except NatsError:
        return False


async def stored(broker, node):
    """What the log took, once it has taken an event that was sent after all others."""
    async with broker.connect("operator") as operator:
        await operator.request("evt.after.all.log-restored", b"{}", timeout=10)
        wanted = msgspec.json.encode({"subjects_filter": f"evt.{node}.>"})
        reply = await operator.request("$JS.API.STREAM.INFO.EVENTS", wanted)
    subjects = msgspec.json.decode(reply.data)["state"].get("subjects", {})
    return {subject.rpartition(".")[2] for subject in subjects}


@pytest.mark.parametrize("user", USERS)
async def test_a_user_states_exactly_the_facts_that_are_its_own(broker, user):
    async with broker.connect(user) as client:
        for name in FACTS | {"invented"}:
            await client.publish(f"evt.by_{user}.s1.{name}", b"{}")
        await all_heard(client)
    assert await stored(broker, f"by_{user}") == SAYS.get(user, set())


def test_the_table_of_a_call_names_the_same_publishers():
    for event, users in publishers().items():
        assert {user for user in SAYS if fact(event) in SAYS[user]} == users


def test_every_fact_has_somebody_who_states_it():
    assert set().union(*SAYS.values()) == FACTS


OTHERS_MAY_NOT = {
    "recording": ("out.test.s1", {"session_driver"}),
    "audit": ("audit.checkpoint", {"audit_writer"}),
    "delete the log": ("$JS.API.STREAM.DELETE.NONE", {"operator"}),
    "create a stream": ("$JS.API.STREAM.CREATE.NONE", {"operator"}),
    "change a stream": ("$JS.API.STREAM.UPDATE.NONE", {"operator"}),
    "restore a stream": ("$JS.API.STREAM.RESTORE.NONE", {"operator"}),
    "purge": ("$JS.API.STREAM.PURGE.NONE", {"operator"}),
    "change the reviewer's work": (
        "$JS.API.CONSUMER.CREATE.EVENTS.safety_reviewer.evt.x",
        {"operator"},
    ),
    "change the driver's work": ("$JS.API.CONSUMER.CREATE.EVENTS.session_driver", {"operator"}),
    "take the reviewer's work": (
        "$JS.API.CONSUMER.INFO.EVENTS.safety_reviewer",
        {"operator", "safety_reviewer", "inspector"},
    ),
    "make a consumer of the log": ("$JS.API.CONSUMER.CREATE.EVENTS.x.>", {"operator", "inspector"}),
    "make a consumer of the audit": ("$JS.API.CONSUMER.CREATE.AUDIT.x.>", {"operator"}),
    "make a consumer of the advisories": ("$JS.API.CONSUMER.CREATE.ADVISORIES.x.>", {"operator"}),
    "make a nameless consumer": ("$JS.API.CONSUMER.CREATE.EVENTS", {"operator"}),
    "make a durable consumer": ("$JS.API.CONSUMER.DURABLE.CREATE.EVENTS.x", {"operator"}),
    "remove a consumer of the audit": ("$JS.API.CONSUMER.DELETE.AUDIT.x", {"operator"}),
    "look at the log": ("$JS.API.STREAM.INFO.EVENTS", set(USERS)),
    "look at recordings": (
        "$JS.API.STREAM.INFO.OUTPUT",
        {"operator", "session_driver", "mcp_front", "cli", "inspector", "audit_writer"},
    ),
}


@pytest.mark.parametrize("purpose", OTHERS_MAY_NOT)
async def test_only_those_who_need_it_may(broker, purpose):
    subject, allowed = OTHERS_MAY_NOT[purpose]

    async def may(user):
        async with broker.connect(user) as client:
            return user, await answers(client, subject)

    tried = dict(await asyncio.gather(*map(may, USERS)))
    assert {user for user, could in tried.items() if could} == allowed


ASKS = {
    "rpc.session_driver.test.interrupt": {"mcp_front"},
    "rpc.session_driver.test.context": {"mcp_front", "safety_reviewer", "cli"},
    "rpc.session_driver.test.screen": {"mcp_front", "cli"},
    "rpc.session_driver.test.control.take": {"cli"},
    "rpc.session_driver.test.control.return": {"cli"},
    "rpc.safety_reviewer.withdraw": {"mcp_front"},
    "rpc.safety_reviewer.check": {"mcp_front"},
    "rpc.safety_reviewer.elicitable": {"mcp_front"},
    "rpc.safety_reviewer.elicited": {"mcp_front"},
    "rpc.safety_reviewer.approvals": {"cli", "console", "notifier"},
    "rpc.safety_reviewer.decide.cli": {"cli"},
    "rpc.safety_reviewer.decide.console": {"console"},
    "rpc.safety_reviewer.decide.slack": {"notifier"},
}


@pytest.mark.parametrize("subject", ASKS)
async def test_a_question_reaches_its_service_from_those_who_may_ask(broker, subject):
    async def reply(message):
        await message.respond(b"yes")

    async def may(user):
        async with broker.connect(user) as client:
            return user, await answers(client, subject)

    async with broker.connect(subject.split(".")[1]) as service:
        await service.subscribe(subject, cb=reply)
        await all_heard(service)
        tried = dict(await asyncio.gather(*map(may, USERS)))
    assert {user for user, could in tried.items() if could} == ASKS[subject]


async def test_an_asker_cannot_have_a_fact_published_as_the_answer(broker):
    async def reply(message):
        await message.respond(b'{"type":"ToolCallServed"}')

    async with broker.connect("session_driver") as driver, broker.connect("cli") as cli:
        await driver.subscribe("rpc.session_driver.test.screen", cb=reply)
        await all_heard(driver)
        lie = "evt.confused.s1.call-served"
        await cli.publish("rpc.session_driver.test.screen", b"{}", reply=lie)
        await all_heard(cli)
        await all_heard(driver)
    assert await stored(broker, "confused") == set()


@pytest.mark.parametrize("user", USERS)
async def test_nobody_hears_publishes_that_the_log_refused(broker, user):
    heard = []

    async def hear(message):
        heard.append(message.subject)

    async with broker.connect(user) as client, broker.connect("mcp_front") as front:
        for subject in ("evt.>", "_INBOX_somebody.>", "live.evt.quiet.>"):
            await client.subscribe(subject, cb=hear)
        await all_heard(client)
        await front.request("evt.quiet.s1.call-served", b"{}")
        await all_heard(front)
        await all_heard(client)
    assert heard == ["live.evt.quiet.s1.call-served"]


async def test_nobody_speaks_on_the_live_feed_but_the_log(broker):
    heard = []

    async def hear(message):
        heard.append(message.subject)

    async with broker.connect("console") as listener, broker.connect("mcp_front") as front:
        await listener.subscribe("live.evt.spoof.>", cb=hear)
        await all_heard(listener)
        for user in USERS:
            async with broker.connect(user) as client:
                await client.publish(f"live.evt.spoof.{user}.approval-granted", b"{}")
        await front.request("evt.spoof.s1.call-served", b"{}")
        await all_heard(listener)
    assert heard == ["live.evt.spoof.s1.call-served"]


async def test_a_reactor_takes_and_acknowledges_its_work(broker):
    async with broker.connect("mcp_front") as front, broker.connect("safety_reviewer") as reviewer:
        await front.request("evt.reactor.s1.call-requested", b"{}")
        work = "$JS.API.CONSUMER.MSG.NEXT.EVENTS.safety_reviewer"
        message = await reviewer.request(work, b'{"batch":1}', timeout=5, old_style=True)
        await message.ack_sync()
        assert message.metadata.consumer == "safety_reviewer"
        assert not await answers(reviewer, work.replace("safety_reviewer", "session_driver"))
