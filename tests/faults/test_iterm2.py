"""A person's iTerm2: their session adopted, and sessions of ours shown there by `eim attach`."""

import os
from collections.abc import AsyncIterator

import pytest_asyncio

from tests.faults.conftest import ALL
from tests.faults.test_handoff import ask, everything_stored, until_ended
from tests.faults.test_queue import decided
from tests.iterm2_server.server import Options, Server
from tests.iterm2_server.session import Session
from tests.support.iterm2 import ready, running_server, shown, until
from tests.support.views import eim
from tests.system import Assistant, Result, System, is_fact

SECRET = "hunter2-geheim"


@pytest_asyncio.fixture
async def iterm2() -> AsyncIterator[Server]:
    async with running_server(Options(protocol=(1, 11), undo_seconds=0.1)) as server:
        yield server


@pytest_asyncio.fixture
async def beside(system: System, iterm2: Server) -> AsyncIterator[System]:
    """The broker and all services, beside the iTerm2 of a person."""
    path = f"{iterm2.place.home}/bin:{os.environ['PATH']}"
    system.settings |= {"EIM_TERMINAL_ITERM2": "on", **iterm2.environment(), "PATH": path}
    await system.start(*ALL)
    yield system


async def granted(system: System, assistant: Assistant, asked: Result) -> Result:
    """Have a person agree to a call, and wait for its end."""
    assert asked["status"] == "awaiting_approval", asked
    await decided(system, asked["approval_id"], "grant")
    return await assistant.call("wait_command", command_id=asked["command_id"], wait_ms=20000)


async def adopted(system: System, assistant: Assistant, session: Session) -> str:
    target = f"iterm2:{session.id}"
    asked = await assistant.call("adopt_session", target=target, wait_ms=1000)
    done = await granted(system, assistant, asked)
    assert done["status"] == "completed", done
    return done["session_id"]


async def run(system: System, assistant: Assistant, session: str, command: str) -> Result:
    """Run a command, with a person's consent where that is asked for."""
    asked = await assistant.run(session, command, wait_ms=5000, reason="a test")
    if asked["status"] == "awaiting_approval":
        asked = await granted(system, assistant, asked)
    assert asked["status"] == "completed", asked
    return asked


async def test_a_person_agrees_to_a_session_that_is_used_and_let_go(
    beside: System, iterm2: Server
) -> None:
    pane = await ready(iterm2)
    iterm2.human.types(pane, "echo mine\r")
    await until(lambda: "\nmine" in shown(pane))
    async with beside.client() as assistant:
        listed = await assistant.call("list_sessions", state="adoptable")
        [offered] = listed["adoptable"]
        assert (offered["target"], offered["foreground_job"]) == (f"iterm2:{pane.id}", "bash")
        assert "mine" not in str(listed)
        session = await adopted(beside, assistant, pane)
        asked = await beside.until(is_fact("ApprovalRequested", session_id=session))
        assert f"{pane.id}, bash in " in asked.event.decision.findings[0].text
        done = await run(beside, assistant, session, "echo for you; sh -c 'exit 3'")
        assert (done["exit_code"], done["fidelity"]) == (3, "rendered"), done
        assert done["untrusted_output"]["head"] == "for you\n"
        assert done["completion"] == {"source": "osc133", "confirmed": True}
        assert "\nfor you" in shown(pane)
        screen = await assistant.call("read_screen", session_id=session)
        assert "\nmine" in screen["untrusted_output"]["text"]
        assert "\nfor you" in screen["untrusted_output"]["text"]
        closed = await assistant.call("close_session", session_id=session, wait_ms=10000)
        assert closed["status"] == "completed", closed
        fact = await beside.until(is_fact("SessionClosed", session_id=session))
        assert (fact.event.reason, fact.event.exit_status) == ("released", None)
    iterm2.human.types(pane, "echo still here\r")
    await until(lambda: "\nstill here" in shown(pane))


async def test_every_answer_about_an_adopted_session_says_that_lines_were_recorded_not_bytes(
    beside: System, iterm2: Server
) -> None:
    pane = await ready(iterm2)
    async with beside.client() as assistant:
        session = await adopted(beside, assistant, pane)
        done = await run(beside, assistant, session, "echo one")
        of, its = {"session_id": session}, {"command_id": done["command_id"]}
        answers = [
            done,
            await assistant.call("wait_command", **its),
            await assistant.call("read_output", **its),
            await assistant.call("read_output", **of),
            await assistant.call("read_screen", **of),
            await assistant.call("read_screen", at_seq=done["seq"], **of),
            await assistant.call("wait_for", text="one", **of, **its),
            await assistant.call("send_keys", keys=["ctrl_c"], wait_ms=1000, **of),
            await assistant.call("interrupt_command", **its),
            (await assistant.call("list_sessions", **of))["sessions"][0],
        ]
        assert [answer.get("fidelity") for answer in answers] == ["rendered"] * 10, answers


async def test_a_person_who_types_in_their_adopted_pane_has_control_until_they_return_it(
    beside: System, iterm2: Server
) -> None:
    pane = await ready(iterm2)
    async with beside.client() as assistant:
        session = await adopted(beside, assistant, pane)
        assert pane.profile["Badge Text"] == "eim"
        iterm2.human.types(pane, "echo $((40+2))\r")
        taken = await beside.until(is_fact("ControlTaken", session_id=session))
        assert (taken.event.how, taken.event.by) == ("typing", "person")
        await until(lambda: "\n42" in shown(pane))
        refused = await assistant.run(session, "echo no", wait_ms=2000)
        assert refused["error"]["code"] == "control_with_person", refused
        assert (await eim(beside, "return", session))[0] == 0
        returned = await beside.until(is_fact("ControlReturned", session_id=session))
        assert returned.event.reason == "returned"
        done = await run(beside, assistant, session, "echo mine again")
        assert (done["exit_code"], done["untrusted_output"]["head"]) == (0, "mine again\n"), done
        assert "\nno" not in shown(pane)
        read = await everything_read(assistant, session, done["command_id"])
        assert "42" in read  # nobody was asked for it, so it is recorded
        await assistant.call("close_session", session_id=session, wait_ms=10000)
        assert pane.profile["Badge Text"] == ""


async def everything_read(assistant: Assistant, session: str, command_id: str) -> str:
    """All that an assistant can read of a session."""
    uris = (f"sessions/{session}/screen", f"sessions/{session}/recording.cast")
    uris = (*uris, f"commands/{command_id}/output")
    resources = [(await assistant.client.read_resource(f"term://{uri}")).contents for uri in uris]
    calls = (
        ("read_screen", {"session_id": session, "format": "text"}),
        ("read_screen", {"session_id": session, "format": "ansi"}),
        ("read_output", {"session_id": session}),
        ("read_output", {"command_id": command_id}),
    )
    return str((resources, [await assistant.call(tool, **given) for tool, given in calls]))


async def test_what_a_person_does_in_private_is_nowhere(beside: System, iterm2: Server) -> None:
    pane = await ready(iterm2)
    async with beside.client() as assistant:
        session = await adopted(beside, assistant, pane)
        await run(beside, assistant, session, "echo before")
        asked = await ask(assistant, session)
        iterm2.human.types(pane, f"for i in 1 2 3; do echo $i-{SECRET}; done\r")
        await until(lambda: f"\n3-{SECRET}" in shown(pane))
        hidden = await assistant.call("read_screen", session_id=session)
        assert hidden["error"]["code"] == "control_with_person", hidden
        assert (await eim(beside, "return", session))[0] == 0
        assert (await until_ended(assistant, asked))["status"] == "completed"
        screen = await assistant.call("read_screen", session_id=session)
        assert screen["untrusted_output"]["text"].strip() == ""
        done = await run(beside, assistant, session, "echo after")
        assert (done["exit_code"], done["untrusted_output"]["head"]) == (0, "after\n"), done
        read = await everything_read(assistant, session, done["command_id"])
        assert ("after" in read, "before" in read, "geheim" in read) == (True, True, False)
        assert await beside.facts(is_fact("RecordingGapped", session_id=session))
    assert SECRET in shown(pane)
    assert SECRET.encode() not in await everything_stored(beside)


async def test_what_is_private_stays_so_though_the_driver_is_killed_on_return(
    beside: System, iterm2: Server
) -> None:
    pane = await ready(iterm2)
    async with beside.client() as assistant:
        session = await adopted(beside, assistant, pane)
        await run(beside, assistant, session, "echo before")
        asked = await ask(assistant, session)
        iterm2.human.types(pane, f"echo {SECRET}\r")
        await until(lambda: f"\n{SECRET}" in shown(pane))
        await beside.until(is_fact("ControlTaken", how="handoff"))
        assert (await eim(beside, "return", session))[0] == 0
        await beside.services.pop(0).kill()
        beside.settings |= iterm2.environment()
        await beside.start("session_driver")
        assert (await until_ended(assistant, asked))["status"] == "completed"
        done = await run(beside, assistant, session, "echo after")
        assert done["untrusted_output"]["head"] == "after\n"
        assert "geheim" not in await everything_read(assistant, session, done["command_id"])
    assert SECRET.encode() not in await everything_stored(beside)


async def test_a_session_of_ours_is_shown_in_a_window_where_a_key_takes_control(
    beside: System, iterm2: Server
) -> None:
    own = await ready(iterm2)
    async with beside.client() as assistant:
        session = await assistant.session(placement="window", name="build")
        [pane] = [each for each in iterm2.app.sessions() if each is not own]
        assert f"attach {session}" in str(pane.profile["Command"])
        await until(lambda: "leaves this view" in shown(pane))
        assert (await assistant.run(session, "echo shown there"))["exit_code"] == 0
        await until(lambda: "\nshown there" in shown(pane))
        listed = await assistant.call("list_sessions", state="adoptable")
        assert [each["target"] for each in listed["adoptable"]] == [f"iterm2:{own.id}"]
        iterm2.human.types(pane, "echo $((40+2))\r")
        taken = await beside.until(is_fact("ControlTaken", session_id=session))
        assert taken.event.how == "typing"
        await until(lambda: "\n42" in shown(pane))
        refused = await assistant.run(session, "echo no", wait_ms=2000)
        assert refused["error"]["code"] == "control_with_person", refused
        iterm2.human.types(pane, "\x1dr")
        await beside.until(is_fact("ControlReturned", session_id=session))
        assert (await assistant.run(session, "echo mine again"))["exit_code"] == 0
        await until(lambda: "\nmine again" in shown(pane))
