"""What is checked, in order. Only words of our own are typed and looked for."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from services.session_driver.iterm2_selftest.subject import NotAsExpected, Subject, expect
from services.session_driver.terminal.capture import Capture
from services.session_driver.terminal.interrupting import interrupt
from services.session_driver.terminal.iterm2.api_session import ApiSession, layout
from services.session_driver.terminal.iterm2.trouble import NoAnswer
from services.session_driver.terminal.iterm2.view import View
from services.session_driver.terminal.showing import Wanted

POLL = 0.1
PATIENCE = 8.0
QUESTIONS = 8
"""How often the first question is asked, each time for some seconds."""
HIDDEN = "eim-selftest-hidden"
WIDE = "日本語 é ü"


class Step(NamedTuple):
    """One check; without a `vital` one the others make no sense."""

    name: str
    check: Callable[[Subject], Awaitable[None]]
    vital: bool = False


async def connect(subject: Subject) -> None:
    """Connect, while macOS may ask the person whether we may."""
    for _ in range(QUESTIONS):
        try:
            await layout(subject.backend.link)
        except NoAnswer:
            continue
        return
    raise NotAsExpected("iTerm2 did not answer; did macOS ask whether this program may control it?")


async def open_window(subject: Subject) -> None:
    await subject.open()


async def adopt(subject: Subject) -> None:
    await subject.adopt()


async def prompt(subject: Subject) -> None:
    terminal, _ = subject.at_work()
    expect(await terminal.ready(PATIENCE), "no prompt was told: is shell integration loaded?")


async def exit_codes(subject: Subject) -> None:
    codes = [(await subject.do(command))[0] for command in ("true", "false", "sh -c 'exit 7'")]
    expect(codes == [0, 1, 7], f"the codes were {codes}, not [0, 1, 7]")


async def own_output(subject: Subject) -> None:
    shown = [(await subject.do(f"echo {word}"))[1] for word in ("one", "two", "three")]
    expect(shown == ["one\n", "two\n", "three\n"], "a command had the output of another")


async def wide_characters(subject: Subject) -> None:
    expect((await subject.do(f"echo '{WIDE}'"))[1] == f"{WIDE}\n", "the characters differ")


async def scrollback(subject: Subject) -> None:
    _, text = await subject.do("seq 1 600", 10_000)
    lines = text.splitlines()
    expect(lines == [str(n) for n in range(1, 601)], f"{len(lines)} of 600 lines came, or others")


async def colours(subject: Subject) -> None:
    await subject.do("printf '\\033[1;31mred\\033[0m\\n'")
    _, host = subject.at_work()
    shown = await host.shown()
    expect("red" in shown.text, "the screen does not show what was printed")
    expect("\x1b[0;1;38;5;" in shown.coloured, "the screen was told without its colours")


async def hiding(subject: Subject) -> None:
    await subject.do(f"echo {HIDDEN}")
    _, host = subject.at_work()
    host.hide()
    expect(HIDDEN not in (await host.shown()).text, "the screen shows what was hidden at once")
    expect(await host.catch_up(), "the screen could not be scrolled out of sight")
    expect(HIDDEN not in (await host.shown()).text, "the screen shows what was hidden")
    expect((await subject.do("echo open"))[1] == "open\n", "the output differs afterwards")


async def interrupting(subject: Subject) -> None:
    terminal, _ = subject.at_work()
    run = await terminal.run(b"sleep 60\r", Capture(b"self-test"))

    async def started() -> bool:
        return run.first_offset > 0

    await _until(started, "the start of a command was not told")
    expect(await interrupt(terminal, "ctrl_c", PATIENCE), "Ctrl-C did not stop a command")
    ending = await run.wait(PATIENCE)
    expect(ending is not None and ending.exit_code == 130, "the exit code was not 130")


async def reconnecting(subject: Subject) -> None:
    subject.backend.link.drop()
    await asyncio.sleep(POLL)
    expect((await subject.do("echo again"))[1] == "again\n", "the output differs afterwards")


async def resizing(subject: Subject) -> None:
    _, host = subject.at_work()
    cols, rows = (await host.shown()).size
    host.resize(cols - 7, rows)

    async def narrower() -> bool:
        return (await host.shown()).size[0] == cols - 7

    await _until(narrower, "the size stayed as it was")
    expect((await subject.do("echo narrow"))[1] == "narrow\n", "the output differs afterwards")


async def view(subject: Subject) -> None:
    link = subject.backend.link
    showing = View(link, lambda session: ("/bin/sh", "-c", f"echo {session}; sleep 30"))
    target = await showing.show(Wanted("eim-selftest-view", "eim self-test", "", "tab"))
    subject.opened.append(target)
    pane = ApiSession(link, target)

    async def seen() -> bool:
        rows = (await pane.screen()).contents
        return any("eim-selftest-view" in row.text for row in rows)

    await _until(seen, "the pane does not show what its command printed")


async def let_go(subject: Subject) -> None:
    terminal, _ = subject.at_work()
    await terminal.close()
    api = ApiSession(subject.backend.link, subject.opened[0])
    await api.counts()  # the session is still there


async def close(subject: Subject) -> None:
    closed = set(subject.opened)
    await subject.close()

    async def gone() -> bool:
        return not closed & {pane.target for pane in await subject.backend.panes()}

    await _until(gone, "a pane is still there")


async def _until(so: Callable[[], Awaitable[bool]], otherwise: str) -> None:
    try:
        async with asyncio.timeout(PATIENCE):
            while not await so():  # noqa: ASYNC110 - iTerm2 tells nobody
                await asyncio.sleep(POLL)
    except TimeoutError:
        raise NotAsExpected(otherwise) from None


STEPS = (
    Step("connect", connect, vital=True),
    Step("open a window", open_window, vital=True),
    Step("adopt its session", adopt, vital=True),
    Step("prompt marks", prompt, vital=True),
    Step("exit codes", exit_codes),
    Step("three outputs", own_output),
    Step("wide characters", wide_characters),
    Step("600 lines of scrollback", scrollback),
    Step("colours on the screen", colours),
    Step("Ctrl-C", interrupting),
    Step("connection made again", reconnecting),
    Step("another size", resizing),
    Step("hiding what is on the screen", hiding),
    Step("view in a tab", view),
    Step("let the session go", let_go),
    Step("close the panes", close),
)
