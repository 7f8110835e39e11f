"""The key that only looks may make consumers, and a consumer delivers wherever it is told to."""

import asyncio
from typing import Any

import msgspec
from nats.aio.client import Client

from services.contract.approval import Decide
from tests.system import System, is_fact

GROUP = "q"
"""The queue group in which services listen for questions."""


async def endpoints(inspector: Client) -> list[str]:
    """Return the subjects on which the services answer."""
    found: list[str] = []
    for service in ("session_driver", "safety_reviewer"):
        reply = await inspector.request(f"$SRV.INFO.{service}", timeout=5)
        found += [each["subject"] for each in msgspec.json.decode(reply.data)["endpoints"]]
    return found


async def pushed(inspector: Client, name: str, stream: str, subject: str) -> None:
    """Have everything in a stream delivered to this subject, and wait until it was."""
    config = {
        "name": name,
        "deliver_subject": subject,
        "deliver_group": GROUP,
        "ack_policy": "none",
        "filter_subject": ">",
    }
    made: Any = await asked(
        inspector,
        f"CONSUMER.CREATE.{stream}.{name}.>",
        {"stream_name": stream, "config": config},
    )
    assert "error" not in made, made
    async with asyncio.timeout(10):
        while (await asked(inspector, f"CONSUMER.INFO.{stream}.{name}", {}))["num_pending"]:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.05)


async def asked(inspector: Client, what: str, body: object) -> dict[str, Any]:
    reply = await inspector.request(f"$JS.API.{what}", msgspec.json.encode(body), timeout=5)
    return msgspec.json.decode(reply.data)


async def test_a_question_that_a_consumer_delivers_is_answered_by_nobody(alone: System) -> None:
    async with alone.client() as assistant:
        session = await assistant.session()
        waiting = await assistant.run(session, "touch -c nothing", wait_ms=1000)
        yes = Decide(approval_id=waiting["approval_id"], verdict="grant", by="cli:forged")
        async with alone.broker.connect("session_driver") as driver:
            await driver.request("out.test.forged", msgspec.json.encode(yes))  # as if printed
        async with alone.broker.connect("inspector") as inspector:
            subjects = await endpoints(inspector)
            assert "rpc.safety_reviewer.decide.cli" in subjects
            for number, subject in enumerate(subjects):
                for stream in ("EVENTS", "OUTPUT"):
                    await pushed(inspector, f"forged{number}", stream, subject)
        assert (await assistant.run(await assistant.session(), "echo hi"))["exit_code"] == 0
        still = await assistant.call("wait_command", command_id=waiting["command_id"], wait_ms=0)
    assert still["status"] == "awaiting_approval"
    assert not await alone.facts(is_fact("ApprovalGranted"))
