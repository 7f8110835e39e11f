"""A person's own terminal as a session: asked for, agreed to, used, and let go of."""

import getpass
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.faults.conftest import ALL
from tests.faults.test_outliving import driver_back, driver_killed
from tests.faults.test_queue import decided
from tests.support.persons_tmux import PersonsTmux, persons_tmux
from tests.support.tmux_client import DETACH, tmux_client
from tests.support.views import eim
from tests.system import Assistant, Result, System, is_fact


@pytest.fixture
def persons():
    with persons_tmux() as persons:
        yield persons


@pytest_asyncio.fixture
async def beside(system: System, persons: PersonsTmux) -> AsyncIterator[System]:
    """The broker and all services, beside the tmux of a person."""
    system.settings["EIM_TERMINAL_TMUX_SOCKETS"] = str(persons.socket)
    await system.start(*ALL)
    yield system


async def adopted(system: System, assistant: Assistant, target: str) -> Result:
    asked = await assistant.call("adopt_session", target=f"tmux:{target}", wait_ms=1000)
    assert asked["status"] == "awaiting_approval", asked
    await decided(system, asked["approval_id"], "grant")
    return await assistant.call("wait_command", command_id=asked["command_id"], wait_ms=10000)


async def test_a_person_agrees_to_a_named_terminal_and_keeps_it(
    beside: System, persons: PersonsTmux
) -> None:
    persons.tmux("send-keys", "echo mine", "Enter")
    await persons.until_seen("\nmine")
    async with beside.client() as assistant:
        listed = await assistant.call("list_sessions", state="adoptable")
        assert f"tmux:{persons.target}" in [each["target"] for each in listed["adoptable"]]
        assert "mine" not in str(listed)
        done = await adopted(beside, assistant, persons.target)
        assert done["status"] == "completed", done
        session = done["session_id"]
        screen = await assistant.call("read_screen", session_id=session)
        assert "mine" in screen["untrusted_output"]["text"]
        asked = await beside.until(is_fact("ApprovalRequested", session_id=session))
        assert f"{persons.target}, bash in /" in asked.event.decision.findings[0].text
        closed = await assistant.call("close_session", session_id=session, wait_ms=10000)
        assert closed["status"] == "completed", closed
        fact = await beside.until(is_fact("SessionClosed", session_id=session))
        assert (fact.event.reason, fact.event.exit_status) == ("released", None)
    persons.tmux("send-keys", "echo still here", "Enter")
    await persons.until_seen("\nstill here")


async def test_what_is_typed_into_it_is_reviewed_and_seen_by_the_person(
    beside: System, persons: PersonsTmux
) -> None:
    async with beside.client() as assistant:
        session = (await adopted(beside, assistant, persons.target))["session_id"]
        asked = await assistant.run(session, "echo for you", wait_ms=1000)
        assert asked["status"] == "awaiting_approval", asked
        await decided(beside, asked["approval_id"], "grant")
        done = await assistant.call("wait_command", command_id=asked["command_id"], wait_ms=10000)
        assert "for you" in done["untrusted_output"]["head"], done
        await persons.until_seen("\nfor you")


async def test_it_is_adopted_once_and_an_unknown_one_never(
    beside: System, persons: PersonsTmux
) -> None:
    async with beside.client() as assistant:
        session = (await adopted(beside, assistant, persons.target))["session_id"]
        again = await assistant.call("adopt_session", target=f"tmux:{persons.target}")
        error = again["error"]
        assert (error["code"], error["valid_values"]) == ("already_adopted", [session]), again
        other = await assistant.call("adopt_session", target="tmux:%99")
        assert other["error"]["code"] == "unknown_target", other


async def test_it_goes_on_with_the_next_driver(beside: System, persons: PersonsTmux) -> None:
    async with beside.client() as assistant:
        session = (await adopted(beside, assistant, persons.target))["session_id"]
        await beside.services[0].kill()
        persons.tmux("send-keys", "echo meanwhile", "Enter")
        await persons.until_seen("\nmeanwhile")
        await beside.start("session_driver")
        screen = await assistant.call("read_screen", session_id=session)
        assert "\nmeanwhile" in screen["untrusted_output"]["text"], screen
        assert not await beside.facts(is_fact("SessionLost"))


async def test_a_key_in_their_own_tmux_takes_control_until_they_return_it(
    beside: System, persons: PersonsTmux
) -> None:
    async with beside.client() as assistant, tmux_client(persons.socket, sees="$") as person:
        session = (await adopted(beside, assistant, persons.target))["session_id"]
        await persons.later()
        await person.press(b"x")
        taken = await beside.until(is_fact("ControlTaken", session_id=session))
        assert (taken.event.how, taken.event.by) == ("typing", f"cli:{getpass.getuser()}")
        refused = await assistant.run(session, "echo for you")
        assert refused["error"]["code"] == "control_with_person", refused
        await person.press(b"\x03")
        await persons.later()
        assert (await eim(beside, "return", session))[0] == 0
        asked = await assistant.run(session, "echo for you", wait_ms=1000)
        assert asked["status"] == "awaiting_approval", asked
        await decided(beside, asked["approval_id"], "grant")
        await persons.until_seen("\nfor you")
        assert len(await beside.facts(is_fact("ControlTaken"))) == 1


async def test_their_client_that_goes_gives_control_back_also_to_the_next_driver(
    beside: System, persons: PersonsTmux
) -> None:
    async with beside.client() as assistant, tmux_client(persons.socket, sees="$") as person:
        session = (await adopted(beside, assistant, persons.target))["session_id"]
        await persons.later()
        await person.press(b"x")
        await beside.until(is_fact("ControlTaken", session_id=session))
        await driver_killed(beside)
        await driver_back(beside)
        refused = await assistant.run(session, "echo for you")
        assert refused["error"]["code"] == "control_with_person", refused
        await person.press(DETACH)
        await beside.until(is_fact("ControlReturned", reason="detached"))


async def test_what_was_typed_just_before_keeps_an_approved_command_from_being_typed(
    beside: System, persons: PersonsTmux
) -> None:
    async with beside.client() as assistant, tmux_client(persons.socket, sees="$") as person:
        session = (await adopted(beside, assistant, persons.target))["session_id"]
        asked = await assistant.run(session, "echo never", wait_ms=1000)
        await persons.later()
        await person.press(b"x")
        await person.sees("$ x")
        await decided(beside, asked["approval_id"], "grant")
        done = await assistant.call("wait_command", command_id=asked["command_id"], wait_ms=10000)
        assert (done["status"], done["code"]) == ("rejected", "control_with_person"), done
        assert "never" not in persons.sees()


async def test_the_open_answer_says_how_a_person_attaches(running: System) -> None:
    async with running.client() as assistant:
        opened = await assistant.call("open_session", backend="tmux", wait_ms=20000)
        session = opened["session_id"]
        socket = running.broker.home.run / "tmux.test"
        assert f"tmux -S {socket} attach -t {session}" in opened["hint"]
        seen = PersonsTmux(socket).tmux("list-sessions", "-F", "#{session_name}")
        assert session in seen.split()
