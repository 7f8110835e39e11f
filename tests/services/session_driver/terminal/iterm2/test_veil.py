"""What a person left on the screen when they returned control is seen by nobody else."""

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest

from services.session_driver.terminal.capture import Capture
from services.session_driver.terminal.memory import encoded
from tests.support.adoption import Adoption, driver, identity_for
from tests.support.iterm2 import ready, shown, until

SECRET = "hunter2-geheim"


async def in_private(adoption: Adoption, text: str) -> None:
    """Have the person type something, as after a request; the stream follows a moment later."""
    adoption.server.human.types(adoption.session, text)


async def until_shown(adoption: Adoption, text: str) -> None:
    await until(lambda: text in shown(adoption.session))


async def seen(adoption: Adoption) -> str:
    """Return what an assistant sees, plain, coloured and in the title."""
    look = await adoption.host.shown()
    return f"{look.text}\n{look.coloured}\n{look.title}"


async def a_secret(adoption: Adoption, command: str = f"echo {SECRET}") -> int:
    """Leave a secret on the screen and return; say where the stream was then."""
    assert await adoption.terminal.ready(10)
    await in_private(adoption, f"{command}\r")
    await until(lambda: shown(adoption.session).count(SECRET) >= 2)
    adoption.terminal.screen.blank()
    adoption.host.hide()
    return len(adoption.printed)


async def test_nothing_of_it_is_shown_from_the_moment_on(adoption):
    await a_secret(adoption)
    assert SECRET not in await seen(adoption)
    assert await adoption.host.catch_up()
    assert SECRET not in await seen(adoption)
    assert SECRET in shown(adoption.session)  # the person still has it above their screen


async def test_nothing_of_it_is_in_the_stream_though_that_is_behind(adoption):
    at = await a_secret(adoption)
    assert await adoption.host.catch_up()
    assert await adoption.output("echo next") == "next\n"
    await adoption.host.catch_up()
    assert SECRET.encode() not in adoption.printed[at:]
    assert "next" in await seen(adoption)


async def test_an_empty_line_is_known_to_be_empty_and_a_typed_one_not(adoption):
    await a_secret(adoption)
    await until(lambda: adoption.terminal.prompt.status == "idle")
    assert await adoption.host.catch_up()
    empty = adoption.terminal.context_facts().line_empty
    await in_private(adoption, "half ")
    await until_shown(adoption, "half ")
    adoption.host.hide()
    assert await adoption.host.catch_up()
    assert (empty, adoption.terminal.context_facts().line_empty) == (True, False)
    assert "half" not in await seen(adoption)


@pytest.mark.parametrize(
    "moves",
    [
        "\\e[H\\e[9L",  # lines put in at the top move the rows below down
        "\\e[H\\eM\\eM\\eM",  # and so does scrolling back
        "\\e[5A\\r\\e[1P",  # a row with one character less is another row
        "\\e[5A",
        "\\e[?1049h\\e[?1049l",
    ],
)
async def test_no_program_brings_it_back(adoption, moves):
    at = await a_secret(adoption)
    assert await adoption.host.catch_up()
    await adoption.run(f"printf '{moves}'")
    await adoption.run("seq 1 40")
    await adoption.host.catch_up()
    assert SECRET[1:].encode() not in adoption.printed[at:]
    assert SECRET[1:] not in await seen(adoption)


async def test_a_region_that_scrolls_alone_keeps_nothing_on_the_screen(adoption):
    assert await adoption.terminal.ready(10)
    await in_private(adoption, "printf '\\e[3;6r'\r")
    await a_secret(adoption)
    assert await adoption.host.catch_up()
    assert SECRET not in await seen(adoption)


async def test_a_cleared_screen_shows_what_is_printed_then(adoption):
    await a_secret(adoption)
    assert await adoption.host.catch_up()
    await adoption.run("clear; seq 1 3")
    await adoption.run("clear; echo fresh")
    await adoption.host.catch_up()
    assert "fresh" in await seen(adoption)
    assert await adoption.output("echo more") == "more\n"


async def test_a_larger_window_does_not_bring_it_back(adoption):
    at = await a_secret(adoption)
    assert await adoption.host.catch_up()
    assert await adoption.output("echo next") == "next\n"
    (window,) = adoption.server.app.windows
    adoption.server.human.resizes(window, (80, 40))
    assert SECRET not in await seen(adoption)
    assert await adoption.output("echo taller") == "taller\n"
    await adoption.host.catch_up()
    assert "taller" in await seen(adoption)
    assert SECRET not in await seen(adoption)
    assert SECRET.encode() not in adoption.printed[at:]


@pytest.mark.parametrize("columns", [30, 130])
async def test_another_width_numbers_the_lines_anew_and_hides_them_again(adoption, columns):
    at = await a_secret(adoption, f"seq -f 'row %g of many that are long enough' 90; echo {SECRET}")
    assert await adoption.host.catch_up()
    heard = asyncio.Event()
    adoption.host.on_resized = lambda *_size: heard.set()
    (window,) = adoption.server.app.windows
    adoption.server.human.resizes(window, (columns, 25))
    assert SECRET not in await seen(adoption)
    await until(heard.is_set)
    assert await adoption.host.catch_up()
    assert await adoption.output("echo another") == "another\n"
    await adoption.host.catch_up()
    assert SECRET not in await seen(adoption)
    assert "another" in await seen(adoption)
    assert b"many" not in adoption.printed[at:]
    assert b"lines of the screen may be missing here" in adoption.printed[at:]


async def test_a_full_screen_program_is_blank_and_what_lies_under_it_stays_hidden(adoption):
    assert await adoption.terminal.ready(10)
    run = await adoption.terminal.run(
        f"echo {SECRET}; printf '\\e[?1049h\\e[H{SECRET}'; read x; printf again; read x;"
        " printf '\\e[?1049l'; (exit 7)\r".encode(),
        Capture(b"key"),
    )
    await until(lambda: adoption.session.grid.alternate and SECRET in shown(adoption.session))
    adoption.terminal.screen.blank()
    adoption.host.hide()
    at = len(adoption.printed)
    assert await adoption.host.catch_up()
    assert SECRET not in await seen(adoption)
    await adoption.terminal.type(b"\r")
    await until_shown(adoption, "again")
    assert await adoption.host.catch_up()
    assert "again" in await seen(adoption)
    await adoption.terminal.type(b"\r")
    ending = await run.wait(10)
    assert ending is not None
    assert (ending.exit_code, await adoption.host.catch_up()) == (7, True)
    assert await adoption.output("echo next") == "next\n"
    assert SECRET.encode() not in adoption.printed[at:]
    assert SECRET not in await seen(adoption)


async def test_a_title_set_in_private_is_hidden_until_there_is_another(adoption):
    await a_secret(adoption, f"printf '\\e]0;{SECRET}\\a'; echo {SECRET}")
    assert await adoption.host.catch_up()
    assert (await adoption.host.shown()).title == ""
    await adoption.run("printf '\\e]0;public\\a'")
    assert (await adoption.host.shown()).title == "public"


async def test_all_is_hidden_while_it_cannot_be_moved_away(adoption):
    await a_secret(adoption)
    adoption.session.inject = lambda _data: None
    assert not await adoption.host.catch_up()
    at = len(adoption.printed)
    adoption.server.human.types(adoption.session, "echo later\r")
    await until_shown(adoption, "\nlater")
    assert not await adoption.host.catch_up()
    assert "later" not in await seen(adoption)
    assert adoption.printed[at:].count(b"later") == 0


async def test_it_stays_hidden_from_the_next_driver(server, tmp_path: Path):
    session, note = await ready(server), encoded(identity_for())
    stream = bytearray()
    async with driver(server, tmp_path) as (backend, _):
        host = await backend.adopt(session.id, note, stream.extend)
        await until(lambda: b"133;B" in stream)
        stored = len(stream)
        host.ack(stored)
        server.human.types(session, f"echo {SECRET}\r")
        await until(lambda: shown(session).count(SECRET) >= 2)
        server.cut()  # so that it cannot be moved away before the driver is killed
        host.hide()
    again = bytearray()
    async with driver(server, tmp_path) as (backend, _):
        (host,) = await backend.found()
        assert SECRET not in (await host.shown()).text
        host.deliver(again.extend, stored)
        await until(lambda: again.count(b"133;B") == 1)
        with suppress(TimeoutError):
            assert await host.catch_up()
        assert SECRET not in (await host.shown()).text
        assert SECRET.encode() not in again
