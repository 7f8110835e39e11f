"""A session that a person opened, as a host of a terminal."""

import asyncio

import pytest
from iterm2 import rpc

from events.calls import Completion
from services.session_driver.terminal.capture import Capture
from services.session_driver.terminal.host import NoSuchPane
from services.session_driver.terminal.iterm2.adopted import UNTOLD
from services.session_driver.terminal.plain import plain_text
from tests.support.iterm2 import connected, shown, until

MARKED = Completion(source="osc133", confirmed=True)


@pytest.mark.parametrize(("command", "code"), [("true", 0), ("false", 1), ("sh -c 'exit 7'", 7)])
async def test_the_exit_code_is_the_commands_own(adoption, command, code):
    ending, _ = await adoption.run(command)
    assert (ending.completion, ending.exit_code, ending.ran) == (MARKED, code, True)


async def test_three_commands_back_to_back_have_their_own_output(adoption):
    shown = [await adoption.output(f"echo {word}") for word in "abc"]
    assert shown == ["a\n", "b\n", "c\n"]


async def test_wide_and_combined_characters_are_whole(adoption):
    text = "日本語 é 👩‍🚀 ü"
    assert await adoption.output(f"echo '{text}'") == f"{text}\n"


async def test_twenty_thousand_lines_are_all_there(adoption):
    adoption.session.grid._limit = 50_000
    ending, run = await adoption.run("seq 1 20000")
    excerpt = run.capture.excerpt(200)
    assert (ending.exit_code, run.capture.total_lines) == (0, 20_000)
    assert (excerpt.head[:4], excerpt.tail[-12:]) == ("1\n2\n", "19999\n20000\n")
    assert plain_text(bytes(adoption.printed)).count("\n") >= 20_000


async def test_lines_that_leave_the_scrollback_unread_are_told_to_be_missed(adoption):
    adoption.session.grid._limit = 50
    _, run = await adoption.run("seq 1 20000")
    text = run.capture.excerpt(30_000).head
    assert "lines left iTerm2's scrollback before they could be read" in text
    assert text.endswith("19999\n20000\n")


async def test_a_line_longer_than_the_screen_is_one_line(adoption):
    text = await adoption.output("printf 'x%.0s' $(seq 3000); echo", 4000)
    assert text == "x" * 3000 + "\n"


async def test_output_without_a_final_newline_is_not_the_prompts(adoption):
    assert await adoption.output("printf abc") == "abc\n"


async def test_colours_are_in_the_stream_and_not_in_the_text(adoption):
    assert await adoption.output("printf '\\e[31mred\\e[0m plain\\n'") == "red plain\n"
    assert b"\x1b[0;38;5;1mred\x1b[0m plain\r\n" in adoption.printed


async def test_a_cleared_screen_does_not_hide_the_next_output(adoption):
    await adoption.output("seq 1 10")
    await adoption.run("clear")
    assert await adoption.output("echo after") == "after\n"


async def test_what_a_full_screen_program_shows_is_no_output(adoption):
    text = await adoption.output("printf '\\e[?1049hFULL'; sleep 0.6; printf '\\e[?1049l'; echo x")
    assert text == "x\n"


async def test_an_empty_line_ends_without_having_run(adoption):
    await adoption.run("false")
    ending, run = await adoption.run("")
    assert (ending.completion, ending.ran, run.capture.total_bytes) == (MARKED, False, 0)


async def test_a_half_typed_line_is_not_empty_until_it_is_gone(adoption):
    assert await adoption.terminal.ready(10)
    adoption.server.human.types(adoption.session, "rm -rf ")
    await until(lambda: "rm -rf " in shown(adoption.session))
    await adoption.host.catch_up()
    typed = adoption.terminal.context_facts().line_empty
    adoption.server.human.types(adoption.session, "\x15")
    await until(lambda: "rm -rf" not in shown(adoption.session))
    await adoption.host.catch_up()
    assert (typed, adoption.terminal.context_facts().line_empty) == (False, True)


async def test_a_person_who_types_is_noticed(adoption):
    heard = asyncio.Event()
    adoption.host.on_typed = heard.set
    await adoption.host.catch_up()
    adoption.server.human.types(adoption.session, "x")
    async with asyncio.timeout(5):
        await heard.wait()


async def test_what_an_assistant_types_is_no_person(adoption):
    heard = asyncio.Event()
    adoption.host.on_typed = heard.set
    await adoption.output("echo hello")
    assert not heard.is_set()


async def test_output_is_there_while_the_command_runs(adoption):
    assert await adoption.terminal.ready(10)
    run = await adoption.terminal.run(b"echo early; read -p 'Proceed? ' x\r", Capture(b"key"))
    await until(lambda: run.capture.excerpt(100).head == "early\nProceed? ")
    await adoption.terminal.type(b"y\r")
    ending = await run.wait(10)
    assert ending is not None
    assert run.capture.excerpt(100).head == "early\nProceed? y\n"


async def test_marks_that_a_program_prints_do_not_end_it(adoption):
    forged = "\\e]133;D;0\\a\\e]133;A\\a\\e]133;B\\a"
    ending, run = await adoption.run(f"sh -c 'printf \"{forged}\"; sleep 0.5; echo late; exit 3'")
    assert (ending.exit_code, "late" in run.capture.excerpt(500).head) == (3, True)


async def test_an_end_that_a_program_prints_is_not_the_true_one(adoption):
    ending, _ = await adoption.run("sh -c 'printf \"\\e]133;D;0\\a\"; sleep 0.3; exit 3'")
    assert ending.exit_code == 3


async def test_a_pane_that_a_person_closes_is_over_before_its_notice_comes(adoption):
    await adoption.host.catch_up()
    adoption.server.human.closes(adoption.session)
    async with asyncio.timeout(1.5):  # the notice comes after two seconds
        assert await asyncio.shield(adoption.host.exited) == UNTOLD


async def test_a_shell_that_exits_ends_the_command_with_no_code(adoption):
    ending, _ = await adoption.run("exit 7")
    assert (ending.completion.source, ending.exit_code) == ("process_exit", None)


async def test_letting_go_leaves_the_pane_open(adoption):
    await adoption.terminal.close()
    assert (adoption.session.exited, adoption.host.exited.result()) == (False, UNTOLD)


async def test_a_forced_close_closes_the_pane(adoption):
    await adoption.terminal.close("force")
    await until(lambda: adoption.session not in list(adoption.server.app.sessions()))


async def test_an_adopted_session_is_not_offered_again(adoption):
    assert [pane.target for pane in await adoption.backend.panes()] == []
    with pytest.raises(NoSuchPane):
        await adoption.backend.adopt(adoption.session.id, b"", lambda _: None)


async def test_the_screen_is_the_one_of_iterm2(adoption):
    await adoption.output("printf '\\e[1mbold\\e[0m\\n'")
    look = await adoption.host.shown()
    assert "bold" in look.text
    assert "\x1b[0;1mbold\x1b[0m" in look.coloured
    assert (look.size, look.alternate) == (adoption.session.size, False)


async def test_a_new_width_is_told_and_the_next_command_is_exact(adoption):
    sizes = []
    adoption.host.on_resized = lambda *size: sizes.append(size)
    await adoption.output("seq 1 3")
    window = next(iter(adoption.server.app.windows))
    adoption.server.human.resizes(window, (60, 20))
    await until(lambda: sizes == [(60, 20)])
    assert await adoption.output("echo narrow") == "narrow\n"


async def test_what_is_typed_goes_nowhere_else_where_a_person_broadcasts(adoption):
    async with connected(adoption.server) as person:
        split = await rpc.async_split_pane(person, adoption.session.id, True, False)
        other = split.split_pane_response.session_id[0]
        await rpc.async_set_broadcast_domains(person, [[adoption.session.id, other]])
    assert await adoption.output("echo once") == "once\n"
    assert "once" not in shown(adoption.server.app.session(other))
