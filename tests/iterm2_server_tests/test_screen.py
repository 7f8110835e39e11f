import iterm2
from iterm2 import api_pb2 as api
from iterm2 import rpc

from tests.support.iterm2 import ask, ready, shown, until


def lines(session, **asked) -> api.ClientOriginatedMessage:
    wanted = api.GetBufferRequest(session=session.id, line_range=api.LineRange(**asked))
    return api.ClientOriginatedMessage(get_buffer_request=wanted)


async def printed(client, session, text: str) -> api.GetBufferResponse:
    """Show bytes on an empty screen and return what the API tells of the first line."""
    data = b"\x1b[H\x1b[2J" + text.encode()
    await rpc.async_inject(client, data, [session.id])
    return (await ask(client, lines(session, screen_contents_only=True))).get_buffer_response


async def test_styles_come_in_runs_and_colours_as_the_program_chose_them(server, client):
    session = await ready(server)
    text = "\x1b[1;4;31mred\x1b[0m \x1b[38;2;1;2;3;48;5;200mrgb\x1b[0;7m!\x1b[0m"
    line = (await printed(client, session, text)).contents[0]
    assert line.text == "red rgb!"
    bold, plain, rgb, inverse = line.style
    assert (bold.bold, bold.underline, bold.fgStandard, bold.repeats) == (True, True, 1, 3)
    assert (plain.fgAlternate, plain.repeats, plain.bold) == (api.DEFAULT, 1, False)
    assert (rgb.fgRgb, rgb.bgStandard) == (api.RGBColor(red=1, green=2, blue=3), 200)
    assert inverse.inverse


async def test_wide_and_combined_characters_take_the_cells_that_they_cover(server, client):
    session = await ready(server)
    line = (await printed(client, session, "a世e\u0301😀b")).contents[0]
    assert line.text == "a世e\u0301😀b"
    runs = [(each.num_code_points, each.repeats) for each in line.code_points_per_cell]
    assert runs == [(1, 2), (0, 1), (2, 1), (1, 1), (0, 1), (1, 1)]
    parsed = iterm2.screen.LineContents(line)
    assert [parsed.string_at(x) for x in range(7)] == ["a", "世", "", "e\u0301", "😀", "", "b"]


async def test_cells_never_written_are_left_out_and_written_blanks_are_not(server, client):
    session = await ready(server)
    answer = await printed(client, session, "a  \r\n\x1b[5Gb\r\n")
    assert [each.text for each in answer.contents[:3]] == ["a  ", "b", ""]
    assert answer.contents[1].code_points_per_cell[0].num_code_points == 0


async def test_a_line_that_wraps_says_so(server, client):
    session = await ready(server)
    answer = await printed(client, session, "w" * 100 + "\r\nnext")
    soft, hard = api.LineContents.CONTINUATION_SOFT_EOL, api.LineContents.CONTINUATION_HARD_EOL
    assert [each.continuation for each in answer.contents[:3]] == [soft, hard, hard]


async def test_lines_keep_their_number_while_the_oldest_are_lost(server, client):
    session = await ready(server)
    pane = await rpc.async_split_pane(
        client, session.id, False, False, profile_customizations={"Scrollback Lines": "100"}
    )
    few = server.app.session(pane.split_pane_response.session_id[0])
    await until(lambda: few.prompts.in_command)
    few.type("seq 1000\r")
    await until(lambda: "\n1000\n" in shown(few))
    wanted = iterm2.util.WindowedCoordRange(
        iterm2.util.CoordRange(iterm2.util.Point(0, 0), iterm2.util.Point(0, 2000))
    )
    answer = await rpc.async_get_screen_contents(client, few.id, wanted)
    contents = answer.get_buffer_response.contents
    number = few.grid.overflow + [each.text for each in contents].index("1000")
    assert (number, len(contents)) == (1000, 100 + few.size[1])
    session_object = (await iterm2.async_get_app(client)).get_session_by_id(few.id)
    info = await session_object.async_get_line_info()
    assert (info.overflow, info.scrollback_buffer_height) == (few.grid.overflow, 100)
    first = (await session_object.async_get_contents(info.overflow, 1))[0].string
    assert first == str(info.overflow)


async def test_history_stays_as_it_is_while_a_program_has_the_whole_screen(server, client):
    session = await ready(server)
    await rpc.async_inject(client, b"".join(b"%d\r\n" % n for n in range(100)), [session.id])
    before, above = session.grid.history, session.grid.above
    await rpc.async_inject(client, b"\x1b[?1049h\x1b[Hfull" + b"\r\n" * 50, [session.id])
    answer = (await ask(client, lines(session, trailing_lines=26))).get_buffer_response
    assert (session.grid.history, session.grid.above) == (before, above)
    assert answer.contents[0].text == session.grid.line(above - 1).contents().text != ""
    assert answer.cursor.y == above + 24


async def test_none_or_two_ranges_are_answered_with_nothing(server, client):
    session = await ready(server)
    for asked in ({}, {"screen_contents_only": True, "trailing_lines": 3}):
        answer = await ask(client, lines(session, **asked))
        assert answer.WhichOneof("submessage") is None


async def test_the_size_property_is_one_too_small_and_the_list_tells_the_truth(server, client):
    session = await ready(server)
    answer = await rpc.async_get_property(client, "grid_size", session_id=session.id)
    assert answer.get_property_response.json_value == '{"width": 79, "height": 24}'
    listed = (await rpc.async_list_sessions(client)).list_sessions_response
    size = listed.windows[0].tabs[0].root.links[0].session.grid_size
    assert (size.width, size.height) == (80, 25)


async def test_a_new_width_wraps_the_lines_anew_and_prompts_go_with_them(server, client):
    session = await ready(server)
    session.type(f"echo {'x' * 60}\r")
    await until(lambda: len(session.prompts.marks()) == 2)
    server.human.resizes(server.app.windows[0], (40, 25))
    last = (await rpc.async_get_prompt(client, session.id)).get_prompt_response
    line = session.grid.line(last.prompt_range.start.y)
    assert "".join(line.texts).startswith(("root@", "bash", "$", "#")) or "$" in "".join(line.texts)
    assert (session.variables["columns"], session.variables["rows"]) == (40, 25)


async def test_a_program_learns_the_terminals_answers(server, client):
    session = await ready(server)
    session.type("IFS=';' read -rsdR -p $'\\e[6n' y x; echo got ${y#*[} $x\r")
    await until(lambda: "got " in shown(session).rpartition("echo got")[2])
