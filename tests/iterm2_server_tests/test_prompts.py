import asyncio
import shutil

import iterm2
import pytest
from iterm2 import api_pb2 as api
from iterm2 import rpc

from tests.iterm2_server.server import Options
from tests.support.iterm2 import PATIENCE, connected, ready, running_server, shown, until

_Prompt = api.GetPromptResponse
ALL = list(iterm2.PromptMonitor.Mode)
START, END = iterm2.PromptMonitor.Mode.COMMAND_START, iterm2.PromptMonitor.Mode.COMMAND_END


async def events(monitor, count: int) -> list[tuple]:
    """Return the next notifications; of a prompt only its kind."""
    found = []
    async with asyncio.timeout(PATIENCE):
        while len(found) < count:
            mode, value, prompt_id = await monitor.async_get(include_id=True)
            told = None if mode == iterm2.PromptMonitor.Mode.PROMPT else value
            found.append((mode.name, told, prompt_id))
    return found


async def feed(client, session, *sequences: str) -> None:
    await rpc.async_inject(client, "".join(sequences).encode(), [session.id])


def osc(body: str) -> str:
    return f"\x1b]133;{body}\x07"


@pytest.fixture
async def quiet(options):
    """A session whose shell prints no marks of its own."""
    options.integration = False
    async with running_server(options) as server, connected(server) as client:
        session = next(server.app.sessions())
        await until(lambda: "$" in shown(session) or "#" in shown(session))
        await feed(client, session, "\r\n")
        yield client, session


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
async def test_each_shell_tells_the_exit_code_of_each_command(shell):
    path = shutil.which(shell)
    if path is None:
        pytest.skip(f"{shell} is not installed")
    async with running_server(Options(shell=path)) as server, connected(server) as client:
        session = await ready(server)
        async with iterm2.PromptMonitor(client, session.id, [START, END]) as monitor:
            session.type("sh -c 'exit 7'\r")
            started, ended = await events(monitor, 2)
            assert started[:2] == ("COMMAND_START", "sh -c 'exit 7'")
            assert ended == ("COMMAND_END", 7, started[2])


async def test_a_line_without_a_command_ends_the_last_command_once_more(server, client):
    session = await ready(server)
    async with iterm2.PromptMonitor(client, session.id, ALL) as monitor:
        session.type("false\r")
        first = await events(monitor, 3)
        session.type("\r")
        assert (await events(monitor, 2)) == [
            ("COMMAND_START", "", first[2][2]),
            ("COMMAND_END", 1, first[0][2]),
        ]
    assert session.prompts.find(first[2][2]).state == _Prompt.EDITING


async def test_what_a_prompt_tells_follows_its_command(server, client):
    session = await ready(server)

    async def last() -> api.GetPromptResponse:
        prompt_id = session.prompts.marks()[0].id
        return (await rpc.async_get_prompt(client, session.id, prompt_id)).get_prompt_response

    session.type("echo edi")
    await until(lambda: session.prompts.describe(session.prompts.marks()[0]).command == "echo edi")
    assert (await last()).prompt_state == _Prompt.EDITING
    session.type("ting; read x; (exit 3)\r")
    await until(lambda: session.prompts.marks()[0].command is not None)
    running = await last()
    assert (running.prompt_state, running.HasField("exit_status")) == (_Prompt.RUNNING, False)
    await until(lambda: "\nediting\n" in shown(session))
    session.type("\r")
    await until(lambda: len(session.prompts.marks()) == 2)
    finished = await last()
    assert (finished.prompt_state, finished.exit_status) == (_Prompt.FINISHED, 3)
    assert finished.command == "echo editing; read x; (exit 3)"
    assert finished.working_directory == str(session.variables["path"])
    start, cursor = finished.output_range.start, session.grid.cursor
    assert "".join(session.grid.line(start.y).texts) == "editing"
    end = finished.output_range.end
    assert (end.x, end.y) == cursor  # and so for every prompt, however old


async def test_prompts_are_listed_from_one_to_another(server, client):
    session = await ready(server)
    session.type("true\r")
    await until(lambda: len(session.prompts.marks()) == 2)
    session.type("true\r")
    await until(lambda: len(session.prompts.marks()) == 3)
    ids = [mark.id for mark in session.prompts.marks()]

    async def listed(first=None, last=None):
        answer = await rpc.async_list_prompts(client, session.id, first, last)
        return list(answer.list_prompts_response.unique_prompt_id)

    assert await listed() == ids
    assert await listed(first=ids[1]) == ids[1:]
    assert await listed(last=ids[1]) == ids[:2]


async def test_the_first_request_decides_which_events_come(server, client):
    session = await ready(server)
    async with (
        iterm2.PromptMonitor(client, session.id, [END]) as only_ends,
        iterm2.PromptMonitor(client, session.id, ALL) as everything,
    ):
        session.type("true\r")
        assert [mode for mode, *_ in await events(everything, 1)] == ["COMMAND_END"]
        assert [mode for mode, *_ in await events(only_ends, 1)] == ["COMMAND_END"]


async def test_without_marks_there_are_no_prompts(quiet):
    client, session = quiet
    answer = await rpc.async_get_prompt(client, session.id)
    assert answer.get_prompt_response.status == _Prompt.PROMPT_UNAVAILABLE


@pytest.mark.parametrize(
    ("end", "code"),
    [("D;5", 5), ("D;", 0), ("D;abc", 0), ("D;aid=X", 0), ("D;color=1;9", 9), ("D", None)],
)
async def test_the_exit_code_is_the_first_number_behind_the_mark(quiet, end, code):
    client, session = quiet
    await feed(client, session, osc("A"), "> ", osc("B"), "ls", osc("C"), "\r\n", osc(end))
    assert session.prompts.marks()[-1].code == code


async def test_a_prompt_that_is_left_without_a_command_vanishes(quiet):
    client, session = quiet
    async with iterm2.PromptMonitor(client, session.id, [END]) as monitor:
        await feed(client, session, osc("A"), "> ", osc("B"), "ls", osc("D;1"), "\r\n")
        await feed(client, session, osc("A"), "> ", osc("B"), "ls", osc("C"), osc("D;2"))
        assert (await events(monitor, 1))[0][:2] == ("COMMAND_END", 2)
    assert len(session.prompts.marks()) == 1


async def test_a_command_ends_by_its_id_also_behind_a_later_one(quiet):
    client, session = quiet
    for name in ("one", "two"):
        await feed(client, session, osc(f"A;aid={name}"), osc("B"), name, osc("C"), "\r\n")
    await feed(client, session, osc("D;4;aid=one"))
    assert [mark.code for mark in session.prompts.marks()] == [4, None]


async def test_a_prompt_on_the_same_line_is_the_same_and_a_new_one_starts_a_line(quiet):
    client, session = quiet
    y = session.grid.cursor[1]
    await feed(client, session, osc("A"), "\r", osc("A"), "> ", osc("B"))
    await feed(client, session, osc("A"), "> ", osc("B"))
    assert [mark.at for mark in session.prompts.marks()] == [(0, y), (0, y + 1)]


@pytest.mark.parametrize(("protocol", "told"), [((1, 11), 0), ((1, 17), 1)])
async def test_other_prompts_are_excluded_from_the_command_since_protocol_1_15(
    options, protocol, told
):
    options.protocol = protocol
    async with running_server(options) as server, connected(server) as client:
        session = await ready(server)
        await feed(client, session, "a \\\r\n", osc("A;k=s"), "> ", osc("B"), "b")
        answer = (await rpc.async_get_prompt(client, session.id)).get_prompt_response
        assert len(answer.excluded_subranges) == told


async def test_prompts_are_gone_with_their_lines(quiet):
    client, session = quiet
    await feed(client, session, osc("A"), "> ", osc("B"), "\r\n" * 40)
    assert len(session.prompts.marks()) == 1
    await feed(client, session, "\x1b[3J")
    assert session.prompts.marks() == []


async def test_a_command_that_printed_its_prompt_away_ends_without_an_id(server, client):
    session = await ready(server)
    async with iterm2.PromptMonitor(client, session.id, [START, END]) as monitor:
        session.type("seq 3000; (exit 6)\r")
        started, ended = await events(monitor, 2)
    assert started[1] == "seq 3000; (exit 6)"
    assert ended[1:] == (6, "")
