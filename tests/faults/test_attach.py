"""A person looks at a session and works in it, through the real `eim attach` on a real terminal."""

import os
import signal
import sys
from pathlib import Path

import pytest

from tests.support.signing import signed
from tests.support.views import PREFIX, ROOT, eim, person_at, viewer
from tests.system import System, is_fact


async def test_a_view_shows_what_was_there_and_what_comes(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session(cwd="/")
        await assistant.run(session, "echo before")
        async with viewer(running, session) as person:
            await person.sees("before")
            await assistant.run(session, "echo after")
            await person.sees("after")
            assert (await assistant.run(session, "echo again"))["exit_code"] == 0


async def test_a_person_types_and_two_views_show_it(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        async with viewer(running, session) as one, viewer(running, session) as other:
            await one.press(b"echo $((40+2))\r")
            await one.sees("\n42")
            await other.sees("\n42")


async def test_a_view_that_only_looks_types_nothing_and_has_no_say_in_the_size(
    running: System,
) -> None:
    async with running.client() as assistant:
        session = await assistant.session(cols=90, rows=20)
        async with viewer(running, session, "--read-only", size=(120, 40)) as person:
            await person.press(b"echo typed\r", PREFIX + b"t")
            await assistant.run(session, "echo done")
            await person.sees("\ndone")
        shown = await assistant.call("read_screen", session_id=session)
    assert (shown["cols"], shown["rows"]) == (90, 20)
    assert "typed" not in shown["untrusted_output"]["text"]
    assert not await running.facts(is_fact("ControlTaken"))
    assert not await running.facts(is_fact("SessionResized"))


async def test_the_smallest_view_that_types_gives_the_session_its_size(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session(cols=120, rows=32)
        async with viewer(running, session, size=(110, 25)) as large:
            async with viewer(running, session, size=(90, 30)):
                await running.until(is_fact("SessionResized", cols=90, rows=25))
                await large.press(b"stty size\r")
                await large.sees("25 90")
            await running.until(is_fact("SessionResized", cols=110, rows=25))
            large.resize(70, 20)
            await running.until(is_fact("SessionResized", cols=70, rows=20))
            await large.press(b"stty size\r")
            await large.sees("20 70")


async def test_a_terminal_is_as_it_was_after_a_full_screen_program(running: System) -> None:
    modes = rb"printf '\033[?1049h\033[?1000h\033[?2004h\033[?25lFU'LL; sleep 60"
    async with running.client() as assistant:
        session = await assistant.session()
        async with viewer(running, session) as person:
            await person.press(modes + b"\r")
            await person.sees("FULL")
            assert person.screen.alternate
            await person.press(PREFIX + b"q")
            assert await person.left() == 0
            await person.sees(f"Detached from {session}")
            on = [mode for mode in (1049, 1000, 2004) if person.screen._vt.mode(mode)]
            assert (on, person.cooked, person.screen._vt.mode(25)) == ([], True, True)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
async def test_a_terminal_is_restored_when_the_view_is_ended(
    running: System, number: signal.Signals
) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        async with viewer(running, session) as person:
            assert not person.cooked
            os.kill(person.pty.pid, number)
            await person.left()
            assert person.cooked


async def test_a_view_ends_with_its_session(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        async with viewer(running, session) as person:
            await person.press(b"exit 3\r")
            assert await person.left() == 0
            await person.sees("The session has ended (3).")
            assert person.cooked


async def test_the_prefix_pressed_twice_reaches_the_program(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        async with viewer(running, session) as person:
            await person.press(b"echo ready; cat -v\r")
            await person.sees("\nready")
            await person.press(PREFIX + PREFIX + b"x\r")
            await person.sees("^]x")


ASKS = """
import os, select, termios, tty
before = termios.tcgetattr(0)
tty.setraw(0)
os.write(1, b"\\x1b[5;5H\\x1b[6n")
got = b""
while select.select([0], [], [], 1.5)[0]:
    got += os.read(0, 100)
termios.tcsetattr(0, termios.TCSADRAIN, before)
print("answers:", got.count(b"R"))
"""


async def test_a_question_of_a_program_has_one_answer_and_takes_no_control(
    running: System, tmp_path: Path
) -> None:
    program = tmp_path / "asks.py"
    program.write_text(ASKS)
    async with running.client() as assistant:
        session = await assistant.session()
        async with viewer(running, session) as one, viewer(running, session) as other:
            begun = await assistant.run(session, f"{sys.executable} {program}", wait_ms=500)
            await signed(running, begun["approval_id"])
            await one.sees("answers: 1")
            await other.sees("answers: 1")
            assert [one.replies, other.replies] == [[b"\x1b[5;5R"]] * 2
    assert not await running.facts(is_fact("ControlTaken"))


async def test_a_session_is_found_by_beginning_by_name_or_as_the_only_one(
    alone: System,
) -> None:
    async with alone.client() as assistant:
        session = await assistant.session(name="build")
        async with person_at(alone, "attach") as only:
            await only.attached()
        async with person_at(alone, "attach", session[:6]) as beginning:
            await beginning.attached()
        await assistant.session()
        async with person_at(alone, "attach", "build") as named:
            await named.attached()
        async with person_at(alone, "attach") as unnamed:
            assert await unnamed.left() == 2
            await unnamed.sees(session)


async def test_a_session_is_not_shown_inside_itself(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        async with person_at(running, "attach", session, EIM_SESSION=session) as person:
            assert await person.left() == 2
            await person.sees("which an assistant uses")


async def test_the_driver_knows_its_own_terminals_whatever_the_environment_says(
    running: System,
) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        async with viewer(running, session) as person:
            home = running.broker.home.root
            eim_itself = f"{sys.executable} -m services.cli attach"
            ours = f"EIM_HOME={home} EIM_CLUSTERING_NODE=test PYTHONPATH={ROOT}"
            await person.press(f"env -u EIM_SESSION {ours} {eim_itself}\r".encode())
            await person.sees("cannot show itself")


async def test_no_terminal_or_no_driver_is_told_with_the_next_step(alone: System) -> None:
    code, said = await eim(alone, "attach")
    assert (code, "open a window" in said) == (2, True)
    await alone.services[0].stop()
    async with person_at(alone, "attach") as person:
        assert await person.left() == 2
        await person.sees("eim up")


async def test_a_killed_view_hurts_nobody(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        async with viewer(running, session) as one, viewer(running, session) as other:
            await one.press(b"echo hello\r")
            await other.sees("\nhello")
            one.kill()
            await other.press(b"echo there\r")
            await other.sees("\nthere")
            other.kill()
            await running.until(is_fact("ControlReturned", reason="detached"))
        assert (await assistant.run(session, "echo hi"))["exit_code"] == 0


async def test_a_view_that_takes_nothing_holds_nobody_back_and_sees_the_end(
    running: System,
) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        async with viewer(running, session) as slow, viewer(running, session) as quick:
            slow.pty.pause()
            done = await assistant.run(session, "seq 400000", wait_ms=40000)
            assert (done["status"], done["untrusted_output"]["total_lines"]) == (
                "completed",
                400000,
            )
            await quick.sees("399999")
            slow.pty.resume()
            await slow.sees("399999")
            assert len(slow.printed) < len(quick.printed)


async def test_a_view_finds_the_driver_again_after_a_crash(alone: System) -> None:
    async with alone.client() as assistant:
        session = await assistant.session()
        async with viewer(alone, session) as person:
            await person.press(b"echo first\r")
            await person.sees("\nfirst")
            await alone.services[0].kill()
            alone.services.pop(0)
            await person.sees("the driver is away")
            await alone.start("session_driver")
            await person.sees("the driver is back")
            await person.press(b"echo second\r")
            await person.sees("\nsecond")
            # control was not returned in between: the person is the same, and still there
            assert len(await alone.facts(is_fact("ControlTaken"))) == 1
