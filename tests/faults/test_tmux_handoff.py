"""A person answers a request for their hands in a tmux client: what happens then is theirs."""

from tests.faults.test_handoff import ASKS, SECRET, ask, everything_stored, until_ended
from tests.faults.test_outliving import driver_back, driver_killed
from tests.support.tmux_client import RETURN, attached
from tests.support.views import eim
from tests.system import Assistant, Result, System, is_fact


async def a_password(running: System, assistant: Assistant, session: str) -> Result:
    """Run what asks for a password, and have a person type it in private."""
    begun = await assistant.run(session, ASKS, wait_ms=500, reason="a test")
    if begun["status"] == "awaiting_approval":
        assert (await eim(running, "approve", begun["approval_id"]))[0] == 0
    async with attached(running, session) as person:
        await person.sees("Password:")
        asked = await ask(assistant, session)
        assert asked["status"] == "awaiting_person"
        await person.sees("asks you to take this terminal: Type the password. Ctrl-b t")
        await person.press(SECRET)
        await running.until(is_fact("ControlTaken", how="handoff"))
        hidden = await assistant.call("read_screen", session_id=session)
        assert hidden["error"]["code"] == "control_with_person"
        await person.press(b"\r")
        await person.sees(f"got {SECRET.decode()}")
        assert (await eim(running, "return", session))[0] == 0
        assert (await until_ended(assistant, asked))["status"] == "completed"
    return await until_ended(assistant, begun)


async def test_what_is_typed_and_printed_in_private_is_nowhere(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session(backend="tmux")
        done = await a_password(running, assistant, session)
        assert (done["status"], done["exit_code"]) == ("completed", 7), done
        screen = await assistant.call("read_screen", session_id=session)
        output = await assistant.call("read_output", session_id=session)
        assert "geheim" not in f"{done}{screen}{output}"
        [gap] = await running.facts(is_fact("RecordingGapped"))
        assert gap.event.bytes >= len(SECRET)
        again = await assistant.run(session, "echo again")
        assert (again["exit_code"], again["untrusted_output"]["head"]) == (0, "again\n")
    assert SECRET not in await everything_stored(running)
    assert b"Password: " in await everything_stored(running)


async def test_the_echo_of_the_very_first_key_is_private(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session(backend="tmux")
        async with attached(running, session) as person:
            asked = await ask(assistant, session)
            await person.sees("asks you")
            await person.press(b"echo ", SECRET, b"\r")
            await person.sees(f"\n{SECRET.decode()}")
            taken = await running.until(is_fact("ControlTaken", how="handoff"))
            await person.press(RETURN)
            assert (await until_ended(assistant, asked))["status"] == "completed"
        [gap] = await running.facts(is_fact("RecordingGapped", session_id=session))
        assert gap.event.offset == taken.event.offset
        output = await assistant.call("read_output", session_id=session)
        assert "echo" not in output["untrusted_output"]["text"]
        assert (await assistant.run(session, "echo hi"))["exit_code"] == 0
    assert SECRET not in await everything_stored(running)


async def test_what_is_private_stays_so_through_a_crash_of_the_driver(alone: System) -> None:
    async with alone.client() as assistant:
        session = await assistant.session(backend="tmux")
        asked = await ask(assistant, session)
        async with attached(alone, session) as person:
            await person.press(b"echo first " + SECRET + b"\r")
            await person.sees(f"\nfirst {SECRET.decode()}")
            await person.press(b"echo away " + SECRET + b"\r")
            await driver_killed(alone)
            await person.sees(f"\naway {SECRET.decode()}")
            await driver_back(alone)
            await person.press(b"clear\r", RETURN)
            assert (await until_ended(assistant, asked))["status"] == "completed"
        assert (await assistant.run(session, "echo hi"))["exit_code"] == 0
    assert SECRET not in await everything_stored(alone)
