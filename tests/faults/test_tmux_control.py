"""A person types into a session through tmux itself, and so takes the keyboard."""

import getpass
from pathlib import Path

from tests.faults.test_control import WRITES, halted, listed, until_at_the_prompt
from tests.faults.test_outliving import driver_back, driver_killed
from tests.support.tmux_client import DETACH, PROMPT, RETURN, TAKE, attached, socket_of
from tests.support.views import PREFIX, eim, viewer
from tests.system import System, is_fact

TEXT = "".join(chr(ord("a") + at % 26) for at in range(500))


async def test_the_first_key_takes_control_and_the_assistant_is_refused(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session(backend="tmux")
        async with attached(running, session) as person:
            await person.press(b"x")
            taken = await running.until(is_fact("ControlTaken", session_id=session))
            assert (taken.event.how, taken.event.by) == ("typing", f"cli:{getpass.getuser()}")
            for tool, arguments in WRITES.items():
                refused = await assistant.call(tool, session_id=session, **arguments)
                assert refused["error"]["code"] == "control_with_person", refused
            await person.sees(f"{PROMPT}", seconds=1)
            await person.press(b"\x03")
            assert (await eim(running, "return", session))[0] == 0
            await until_at_the_prompt(assistant, session)
            assert (await assistant.run(session, "echo hi"))["exit_code"] == 0
            assert (await listed(assistant, session))["control"] == "free"


async def test_control_is_taken_anew_after_each_return(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session(backend="tmux")
        async with attached(running, session) as person:
            for _ in range(5):
                await running.begin()
                await person.press(b"x")
                await running.until(is_fact("ControlTaken", session_id=session))
                await person.press(RETURN)
                await running.until(is_fact("ControlReturned", reason="returned"))
            await person.sees("xxxxx")


async def test_nothing_but_a_key_of_the_person_takes_control(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session(backend="tmux")
        async with attached(running, session) as person:
            await assistant.run(session, "echo hi")
            await assistant.call("send_keys", session_id=session, keys=["ctrl_c"])
            shown = r"printf '\033[?1003h\033[?1006h'; sleep 60"
            begun = await assistant.run(session, shown, wait_ms=0)
            async with attached(running, session, "-r") as other:
                await other.press(b"z")
                await other.sees("read-only")
            await person.press(b"\x1b[<35;9;9M" * 20)
            person.resize(90, 20)
            assert b"?1004h" not in person.printed  # it was not told to report its focus
            await person.press(DETACH)
            assert await person.left() == 0
        await assistant.call("interrupt_command", command_id=begun["command_id"])
        assert not await running.facts(is_fact("ControlTaken"))


async def test_what_is_typed_fast_or_pasted_arrives_whole_and_in_order(
    running: System, tmp_path: Path
) -> None:
    lines = "\n".join(TEXT[at : at + 50] for at in range(0, 500, 50))
    async with running.client() as assistant:
        session = await assistant.session(backend="tmux")
        async with attached(running, session) as person:
            await person.press(f"cat > {tmp_path}/typed\r".encode())
            for sent in (TEXT, lines):
                await person.press(RETURN)
                await running.until(is_fact("ControlReturned", session_id=session))
                await running.begin()
                await person.press(sent.replace("\n", "\r").encode() + b"\r")
                await running.until(is_fact("ControlTaken", session_id=session))
            await person.press(b"\x04", b"echo $((40+2))\r")
            await person.sees("\n42")
            assert (tmp_path / "typed").read_text() == f"{TEXT}\n{lines}\n"


async def test_the_last_client_that_goes_gives_control_back(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session(backend="tmux")
        async with attached(running, session) as one, attached(running, session) as other:
            await one.press(TAKE)
            await running.until(is_fact("ControlTaken"))
            await one.press(DETACH)
            assert await one.left() == 0
            await other.sees(PROMPT)
            assert not await running.facts(is_fact("ControlReturned"))
            other.kill()
            await running.until(is_fact("ControlReturned", reason="detached"))
        assert (await assistant.run(session, "echo hi"))["exit_code"] == 0


async def test_a_client_is_a_view_like_that_of_eim_attach(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session(backend="tmux")
        async with attached(running, session) as theirs, viewer(running, session) as ours:
            await ours.press(b"x")
            await running.until(is_fact("ControlTaken"))
            await theirs.press(b"y")
            await ours.sees("xy")
            await ours.press(PREFIX + b"q")
            assert await ours.left() == 0
            await theirs.press(b"\x03", DETACH)
            await running.until(is_fact("ControlReturned", reason="detached"))
            assert len(await running.facts(is_fact("ControlTaken"))) == 1


async def test_a_person_who_took_control_by_name_keeps_it(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session(backend="tmux")
        assert (await eim(running, "take", session))[0] == 0
        async with attached(running, session) as person:
            await person.press(b"echo mine\r")
            await person.sees("\nmine")
            await person.press(DETACH)
            assert await person.left() == 0
        assert (await assistant.run(session, "echo hi"))["error"]["code"] == "control_with_person"
        assert (await eim(running, "return", session))[0] == 0


async def test_what_runs_in_a_session_can_attach_to_none(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session(backend="tmux")
        other = await assistant.session(backend="pty")
        async with viewer(running, other) as person:
            await person.press(f"tmux -S {socket_of(running)} attach -t {session}\r".encode())
            await person.sees("[detached")
        assert not await running.facts(is_fact("ControlTaken", session_id=session))


async def test_who_types_while_no_driver_is_there_has_control_when_it_is_back(
    alone: System,
) -> None:
    async with alone.client() as assistant:
        session = await assistant.session(backend="tmux")
        async with attached(alone, session) as person:
            await driver_killed(alone)
            await person.press(b"echo $((40+2))\r")
            await person.sees("\n42")
            await driver_back(alone)
            await alone.until(is_fact("ControlTaken", session_id=session, how="typing"))
            refused = await assistant.run(session, "echo hi")
            assert refused["error"]["code"] == "control_with_person"
            await person.press(b"\r", DETACH)
            await alone.until(is_fact("ControlReturned", reason="detached"))
        await until_at_the_prompt(assistant, session)
        assert (await assistant.run(session, "echo hi"))["exit_code"] == 0


async def test_control_outlives_a_crash_of_the_driver_with_its_client(alone: System) -> None:
    async with alone.client() as assistant:
        session = await assistant.session(backend="tmux")
        async with attached(alone, session) as person:
            await person.press(b"x")
            await alone.until(is_fact("ControlTaken"))
            await driver_killed(alone)
            await driver_back(alone)
            refused = await assistant.run(session, "echo hi")
            assert refused["error"]["code"] == "control_with_person"
            await person.press(b"\x03")
            await driver_killed(alone)
            person.kill()
        await driver_back(alone)
        await alone.until(is_fact("ControlReturned", reason="view_gone"), 20)
        await alone.begin()
        async with attached(alone, session) as person:
            await person.press(b"x")
            await alone.until(is_fact("ControlTaken"))


async def test_a_person_can_type_while_the_log_is_away(alone: System) -> None:
    async with alone.client() as assistant:
        session = await assistant.session(backend="tmux")
        async with attached(alone, session) as person:
            with halted(alone.broker.address.pid):
                await person.press(b"echo $((40+2))\r")
                await person.sees("\n42")
            await alone.until(is_fact("ControlTaken"), 20)
