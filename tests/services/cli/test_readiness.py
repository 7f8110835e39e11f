"""The health of a real stack, asked as a supervisor of processes does: without a key."""

import asyncio
import json
import os
import signal
import socket
import time
import urllib.error
import urllib.request
from contextlib import asynccontextmanager, contextmanager

import psutil
import pytest
from msgspec.structs import replace

from events.calls import ToolCallServed
from services.cli.readiness import Readiness
from services.runtime.config import Home
from services.runtime.log import Draft
from services.runtime.ownership import remembered
from services.runtime.rpc import answering
from services.runtime.settings import MIB, Clustering, Config
from services.runtime.station import Station
from services.runtime.streams import provision
from tests.services.cli.command import eventually
from tests.support.logs import log_of, running, until

PARTS = ("reader", "session_driver", "safety_reviewer", "mcp_front")


async def wrong_of(readiness):
    """Return what its checks find, by name."""
    return {name: why for name, check in readiness.checks().items() if (why := await check())}


@asynccontextmanager
async def connected(broker, parts):
    """Have a broker looked at as the stack does that runs on it."""
    clustering = Clustering(node="test", nats_url=broker.address.url)
    station = Station(broker.home, Config(clustering=clustering), asyncio.Event())
    readiness, works = Readiness(parts), []
    async with running(readiness.run(station, works.append)):
        await until(lambda: works)
        yield readiness


def asked(stack, what="ready"):
    """Return the status and what is wrong."""
    url = stack.record()["health"].replace("/ready", f"/{what}")
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own address
            return answer.status, json.load(answer)["wrong"]
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)["wrong"]


def broker_of(stack):
    """Return the process that the broker is now."""
    return remembered(Home(stack.home)).address.pid


@contextmanager
def stopped(stack):
    """Stop the broker in its tracks for the length of a block."""
    pid = broker_of(stack)
    os.kill(pid, signal.SIGSTOP)
    assert eventually(lambda: psutil.Process(pid).status() == psutil.STATUS_STOPPED)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def test_a_stack_whose_start_returned_is_ready(stack):
    assert asked(stack) == (200, {})


def test_asking_adds_nothing_to_the_log(stack):
    before = stack.events()
    for _ in range(3):
        asked(stack)
    assert stack.events() == before


def test_without_its_broker_a_stack_lives_and_says_why_it_is_not_ready(stack):
    with stopped(stack):
        began = time.monotonic()
        status, wrong = asked(stack)
        took = time.monotonic() - began
        assert asked(stack, "live") == (200, {})
    assert (status, wrong["log"]) == (503, "the broker does not answer")
    assert took < 2
    assert eventually(lambda: asked(stack) == (200, {}))


def test_status_and_doctor_tell_what_a_stack_lacks(stack):
    with stopped(stack):
        told = stack("status")
        found = stack("doctor")
    assert (told.returncode, found.returncode) == (2, 2)
    assert "NOT READY: log the broker does not answer" in told.stdout
    assert "log the broker does not answer" in found.stdout


def test_a_stack_is_ready_again_after_its_broker_died(stack):
    died = broker_of(stack)
    os.kill(died, signal.SIGKILL)
    assert eventually(lambda: broker_of(stack) != died)
    assert eventually(lambda: asked(stack) == (200, {}))


def test_status_says_where_to_look_when_services_do_not_answer(stack):
    pid = stack.record()["pid"]
    os.kill(pid, signal.SIGSTOP)
    try:
        told = stack("status")
    finally:
        os.kill(pid, signal.SIGCONT)
    assert told.returncode == 2
    assert "session_driver   DOES NOT ANSWER" in told.stdout
    assert "eim doctor" in told.stdout
    assert f"{stack.home}/logs/stack.log" in told.stdout
    assert eventually(lambda: "eim doctor" not in stack("status").stdout)


def test_status_shows_where_health_is_told(stack):
    assert stack.record()["health"] in stack("status").stdout


@pytest.mark.parametrize("options", [(), ("--detach",)])
def test_a_taken_health_port_ends_the_start_with_the_next_step(eim, options):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = eim("up", *options, EIM_SERVER_HEALTH_PORT=str(port))
        looked = eim("doctor", EIM_SERVER_HEALTH_PORT=str(port))
    assert refused.returncode == 2
    assert f"127.0.0.1:{port} is in use by another program" in refused.stderr
    assert "(server.healthPort)" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert "EIM_SERVER_HEALTH_PORT" in refused.stderr
    assert "or set server.healthPort (EIM_SERVER_HEALTH_PORT)" in looked.stdout


async def test_a_part_that_does_not_run_or_does_not_answer_is_named(own_broker):
    async with connected(own_broker, PARTS) as readiness:
        assert await wrong_of(readiness) == dict.fromkeys(PARTS, "does not run")
        readiness.working.update(PARTS)
        async with (
            own_broker.connect("safety_reviewer") as client,
            answering(client, "safety_reviewer", "rpc.safety_reviewer", {}),
        ):
            assert await wrong_of(readiness) == {"session_driver": "does not answer"}
    assert (await wrong_of(readiness))["log"] == "the stack starts or stops"


async def test_a_part_that_ended_no_longer_works(own_broker):
    async with connected(own_broker, ("reader",)) as readiness:
        readiness.working.add("reader")
        await readiness.of("reader", asyncio.sleep(0))
        assert await wrong_of(readiness) == {"reader": "does not run"}


async def test_a_log_that_takes_no_new_calls_is_not_ready(own_broker):
    async with own_broker.connect("operator") as operator:
        await provision(operator, replace(own_broker.config.clustering, events_max_bytes=MIB))
    async with log_of(own_broker, "mcp_front") as log:
        for _ in range(10):
            fact = ToolCallServed(principal="x" * 98_000, tool="list_sessions")
            await log.append(Draft(event=fact, actor="tester"))
    async with connected(own_broker, ()) as readiness:
        wrong = await wrong_of(readiness)
    assert wrong == {"log": "the log is 94% full, and takes no new calls"}
