"""Every byte that reaches a terminal was cleared in `Driver.begin`, or its origin is listed."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from iterm2.api_pb2 import Coord, GetBufferResponse, LineContents

import services
from services.mcp_front.tools import TOOLS
from services.session_driver.origins import ORIGINS
from services.session_driver.terminal.iterm2.veil import _BLANK, _scrolled
from tests.conftest import Broker
from tests.system import Assistant, System, is_fact, system_on

ROOT = Path(services.__path__[0])
DRIVER = ROOT / "session_driver"
TYPES = {"write", "answer", "type", "interrupt", "async_send_text", "async_inject"}
THE_TERMINAL_ITSELF = {
    "terminal.pty.Pty._write_some",
    "terminal.pty.Pty.answer",
    "terminal.hosted.HostedPty.answer",
    "terminal.tmux.control.Control._send",
    "terminal.iterm2.adopted.AdoptedSession.write",
    "terminal.iterm2.api_session.ApiSession.type",
    "terminal.session.Terminal.type",
    "terminal.session.Terminal.run",
    "terminal.interrupting.interrupt",
}
RUNS_A_PROGRAM = {"terminal.tmux.line.foreground_of"}
"""Asks `ps`, which types nothing."""
THE_SPAWNING = {"terminal_host.spawning.start"}
BEHIND_THE_GATE = {"running.run_command", "input.type_input", "closing.close_session"}


def functions(folder: Path = DRIVER) -> Iterator[tuple[str, ast.AST]]:
    """Every function, named by its place below the folder; a module's own code by its module."""
    for file in sorted(folder.rglob("*.py")):
        module = ".".join(file.relative_to(folder).with_suffix("").parts)
        yield from _named(module, ast.parse(file.read_text(encoding="utf-8")))


def _named(place: str, scope: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    inner = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    own = [node for node in ast.iter_child_nodes(scope) if not isinstance(node, inner)]
    yield place, ast.Module(body=own, type_ignores=[])
    for node in ast.iter_child_nodes(scope):
        if isinstance(node, inner):
            yield from _named(f"{place}.{node.name}", node)


def types(node: ast.AST) -> bool:
    """Whether this is a call that puts bytes into a terminal, or hands them on to be put there."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    return node.func.attr in TYPES or (node.func.attr == "run" and bool(node.args))


def names(node: ast.AST) -> set[str]:
    """The names that a function uses, whether it calls them or hands them on."""
    used = (getattr(each, "attr", getattr(each, "id", "")) for each in ast.walk(node))
    return {name for name in used if name}


def who_uses(name: str, folder: Path = DRIVER) -> set[str]:
    return {place for place, code in functions(folder) if name in names(code)}


def taken_from_the_driver(file: Path) -> set[str]:
    """What a file outside the driver imports from it."""
    tree = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    froms = [node for node in tree if isinstance(node, ast.ImportFrom)]
    wanted = [node for node in froms if (node.module or "").startswith("services.session_driver")]
    return {f"{node.module}.{alias.name}" for node in wanted for alias in node.names}


@pytest.mark.pure
def test_whatever_types_is_behind_the_gate_or_of_a_listed_origin():
    found = {place for place, code in functions() if any(map(types, ast.walk(code)))}
    listed = {origin.place for origin in ORIGINS if "no byte" not in origin.what} - {""}
    assert found - RUNS_A_PROGRAM == THE_TERMINAL_ITSELF | BEHIND_THE_GATE | listed


def texts(code: ast.AST) -> set[object]:
    return {node.value for node in ast.walk(code) if isinstance(node, ast.Constant)}


@pytest.mark.pure
def test_tmux_is_told_to_type_in_one_place_only():
    typing = {"send-keys", "send", "paste-buffer", "pasteb", "set-buffer", "load-buffer"}
    found = {place for place, code in functions() if texts(code) & typing}
    assert found == {"terminal.tmux.pane.TmuxPane._press"}
    assert who_uses("_press") == {"terminal.tmux.pane.TmuxPane.write"}


@pytest.mark.pure
def test_iterm2_is_told_to_show_only_what_moves_rows_and_asks_nothing():
    veil = "terminal.iterm2.veil"
    assert who_uses("inject") == {f"{veil}.Veil._blank", f"{veil}.Veil._scroll"}
    shown = GetBufferResponse(contents=[LineContents()] * 3, cursor=Coord(x=1, y=1))
    for data in (_BLANK, _scrolled(shown, 3)):
        assert re.fullmatch(rb"(\x1b\[(\?\d+l|r|2J|\d+;\d+H)|\n)+", data), data


@pytest.mark.pure
def test_a_listed_origin_is_where_it_is_said_to_be():
    places = {place for place, _ in functions()}
    assert {origin.place for origin in ORIGINS} - {""} <= places


@pytest.mark.pure
@pytest.mark.parametrize("place", sorted(BEHIND_THE_GATE))
def test_only_a_call_that_was_begun_gets_through(place):
    chain = [place.rpartition(".")[2], "_act", "_carry_out"]
    used_by = [{f"service.Driver.{name}"} for name in ("_act", "_carry_out", "begin")]
    assert [who_uses(name) for name in chain] == used_by


@pytest.mark.pure
def test_nobody_but_the_driver_reaches_a_terminal():
    others = [file for file in ROOT.rglob("*.py") if not file.is_relative_to(DRIVER)]
    taken = set().union(*map(taken_from_the_driver, others))
    declared = {
        "services.session_driver.service",  # for `eim flow`: what it handles and states
        "services.session_driver.iterm2_checks.looked_at",  # only looks
        "services.session_driver.iterm2_selftest.run.selftest",  # an origin of its own
    }
    assert taken == {"services.session_driver.run"} | declared
    for way_in in ("openpty", "forkpty", "TIOCSTI"):
        assert who_uses(way_in, ROOT) <= THE_SPAWNING


def arguments(session: str, command: str) -> dict[str, dict[str, object]]:
    """What each tool is called with; a tool that is not here fails the test."""
    soon: dict[str, object] = {"wait_ms": 200}
    there = {"session_id": session, **soon}
    return {
        "list_sessions": {},
        "open_session": {"request_id": "another", **soon},
        "adopt_session": {"target": "tmux:%0", **soon},
        "close_session": {"mode": "force", **there},
        "run_command": {"command": "echo hi", **there},
        "check_command": {"session_id": session, "command": "echo hi"},
        "wait_command": {"command_id": command, **soon},
        "wait_for": {"session_id": session, "text": "x", "wait_ms": 200},
        "interrupt_command": {"command_id": command},
        "send_text": {"text": "echo hi", "submit": True, **there},
        "request_handoff": {"reason": "a password", **there},
        "send_keys": {"keys": ["up", "enter"], **there},
        "read_screen": {"session_id": session, "at_seq": 99},
        "read_output": {"session_id": session},
        "get_timeline": {"session_id": session},
    }


async def printed(assistant: Assistant, session: str) -> object:
    """Where the recording ends: a terminal echoes whatever is typed."""
    page = await assistant.call("read_output", session_id=session, max_chars=50000)
    return page["next_cursor"]


async def without_a_reviewer(system: System, assistant: Assistant, session: str) -> None:
    """Call every tool while nobody can clear anything."""
    asked = await assistant.run(session, "echo first", wait_ms=200)
    given = arguments(session, asked["command_id"])
    assert set(given) == {tool.name for tool in TOOLS}
    for name, values in given.items():
        await assistant.call(name, **values)


async def test_no_tool_types_while_nobody_clears(own_broker: Broker):
    async with system_on(own_broker) as system:
        await system.start("session_driver", "safety_reviewer", "mcp_front")
        async with system.client() as assistant:
            session = await assistant.session()
            await system.services[1].stop()
            before = await printed(assistant, session)
            await without_a_reviewer(system, assistant, session)
            assert await printed(assistant, session) == before
            assert len(await system.facts(is_fact("ToolCallStarted"))) == 1  # the opening
            requests = await system.facts(is_fact("ToolCallRequested", session_id=session))
            tools = {msgspec.to_builtins(each.event.action)["tool"] for each in requests}
            assert tools == {"open_session", "run_command", "send_text", "send_keys",
                             "close_session", "request_handoff"}  # fmt: skip
