"""An assistant asks a person to take the terminal; what happens then is nobody else's."""

import asyncio

from tests.support.views import PREFIX, eim, viewer
from tests.system import Assistant, Result, System, is_fact

SECRET = b"hunter2-geheim"
ASKS = 'read -s -p "Password: " word; printf "%s\\n" "got $word"; sh -c "exit 7"'


async def ask(assistant: Assistant, session: str, **more: object) -> Result:
    reason = "Type the password."
    return await assistant.call(
        "request_handoff", session_id=session, reason=reason, **{"wait_ms": 500, **more}
    )


async def until_ended(assistant: Assistant, asked: Result) -> Result:
    return await assistant.call("wait_command", command_id=asked["command_id"], wait_ms=20000)


async def everything_stored(running: System) -> bytes:
    """Both streams as they lie on the disk, and what the services said.

    The broker writes a consumer's state beside the old and renames it, so a file that was
    listed may be gone: then all of them are read again.
    """
    async with asyncio.timeout(10):
        while True:
            files = [path for path in running.broker.home.root.rglob("*") if path.is_file()]
            try:
                return b"".join(path.read_bytes() for path in files)
            except FileNotFoundError:
                await asyncio.sleep(0)


async def a_password(running: System, assistant: Assistant, session: str) -> Result:
    """Run what asks for a password, and have a person type it in private."""
    begun = await assistant.run(session, ASKS, wait_ms=500, reason="a test")
    if begun["status"] == "awaiting_approval":
        assert (await eim(running, "approve", begun["approval_id"]))[0] == 0
    async with viewer(running, session) as person:
        await person.sees("Password:")
        asked = await ask(assistant, session)
        assert asked["status"] == "awaiting_person"
        await person.sees("asks you to take this terminal: Type the password.")
        await person.press(SECRET)
        await running.until(is_fact("ControlTaken", how="handoff"))
        hidden = await assistant.call("read_screen", session_id=session)
        assert hidden["error"]["code"] == "control_with_person"
        await person.press(b"\r")
        await person.sees(f"got {SECRET.decode()}")
        await person.press(PREFIX + b"r")
        assert (await until_ended(assistant, asked))["status"] == "completed"
    return await until_ended(assistant, begun)


async def test_what_is_typed_and_printed_in_private_is_nowhere(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        done = await a_password(running, assistant, session)
        assert (done["status"], done["exit_code"]) == ("completed", 7), done
        assert "geheim" not in str(done)
        screen = await assistant.call("read_screen", session_id=session)
        output = await assistant.call("read_output", session_id=session)
        assert "geheim" not in f"{screen}{output}"
        [gap] = await running.facts(is_fact("RecordingGapped"))
        assert gap.event.bytes >= len(SECRET)
        again = await assistant.run(session, "echo again")
        assert (again["exit_code"], again["untrusted_output"]["head"]) == (0, "again\n")
    stored = await everything_stored(running)
    assert SECRET not in stored
    assert b"Password: " in stored


async def test_a_person_declines_by_returning_what_they_never_took(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        asked = await ask(assistant, session)
        _, shown = await eim(running, "status")
        assert f"eim attach {session}" in shown
        assert "Type the password." in shown
        code, said = await eim(running, "return", session)
        assert (code, "Declined" in said) == (0, True), said
        done = await until_ended(assistant, asked)
        assert (done["status"], "will not" in done["hint"] or "not take" in done["hint"]) == (
            "denied",
            True,
        )


async def test_the_caller_takes_the_request_back_while_nobody_came(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        asked = await ask(assistant, session)
        stopped = await assistant.call("interrupt_command", command_id=asked["command_id"])
        assert (stopped["status"], stopped["stopped"]) == ("interrupted", True)
        assert not await running.facts(is_fact("InterruptSent"))
        assert (await assistant.run(session, "echo hi"))["exit_code"] == 0


async def test_nobody_who_comes_in_time_is_said_so(system: System) -> None:
    system.settings["EIM_SAFETY_APPROVAL_TIMEOUT"] = "2"
    await system.start("session_driver", "safety_reviewer", "mcp_front")
    async with system.client() as assistant:
        session = await assistant.session()
        done = await ask(assistant, session, wait_ms=15000)
        assert (done["status"], "Nobody" in done["hint"]) == ("timed_out", True)


async def test_a_request_alone_hides_nothing(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        begun = await assistant.run(session, "sleep 1; echo shown", wait_ms=0)
        asked = await ask(assistant, session)
        done = await until_ended(assistant, begun)
        assert done["untrusted_output"]["head"] == "shown\n"
        assert (await until_ended_soon(assistant, asked))["status"] == "awaiting_person"


async def until_ended_soon(assistant: Assistant, asked: Result) -> Result:
    return await assistant.call("wait_command", command_id=asked["command_id"], wait_ms=0)


async def test_a_terminal_that_ends_in_private_ends_the_request(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        asked = await ask(assistant, session)
        async with viewer(running, session) as person:
            await person.press(b"echo " + SECRET + b"; exit\r")
            assert await person.left() == 0
        done = await until_ended(assistant, asked)
        assert (done["status"], done["code"]) == ("failed", "session_closed")
        assert await running.facts(is_fact("RecordingGapped"))
    assert SECRET not in await everything_stored(running)


async def test_what_is_private_stays_so_through_a_crash_of_the_driver(alone: System) -> None:
    async with alone.client() as assistant:
        session = await assistant.session()
        asked = await ask(assistant, session)
        async with viewer(alone, session) as person:
            await person.press(b"echo first " + SECRET + b"\r")
            await person.sees(f"\nfirst {SECRET.decode()}")
            await person.press(b"sleep 3; echo away " + SECRET + b"\r")
            await person.sees("away")
            await alone.services[0].kill()
            alone.services.pop(0)
            await alone.start("session_driver")
            await person.sees("driver is back")
            await person.sees(f"\naway {SECRET.decode()}")
            await person.press(b"clear\r", PREFIX + b"r")
            assert (await until_ended(assistant, asked))["status"] == "completed"
        assert (await assistant.run(session, "echo hi"))["exit_code"] == 0
    assert SECRET not in await everything_stored(alone)
