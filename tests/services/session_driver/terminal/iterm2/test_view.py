"""Panes that show sessions of ours."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.session_driver.terminal.iterm2.trouble import Refused
from services.session_driver.terminal.iterm2.view import VIEW, View
from services.session_driver.terminal.showing import Wanted
from tests.support.adoption import driver
from tests.support.iterm2 import ready, shown, until

SHOWS = "print('session', {session!r}, 'in', __import__('os').getcwd()); input()"


def attach(session: str) -> tuple[str, ...]:
    return (sys.executable, "-c", SHOWS.format(session=session))


@pytest.fixture
async def view(server, tmp_path: Path) -> AsyncIterator[View]:
    await ready(server)
    async with driver(server, tmp_path) as (backend, _):
        yield View(backend.link, attach)


def wanted(placement: str, **more: str) -> Wanted:
    return Wanted("s7k2", "build", "/", placement, **more)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("placement", "counts"),
    [
        ("window", (2, 2, 2)),
        ("tab", (1, 2, 2)),
        ("split_right", (1, 1, 2)),
        ("split_below", (1, 1, 2)),
    ],
)
async def test_a_session_is_shown_where_it_was_wanted(server, view, placement, counts):
    target = await view.show(wanted(placement))
    found = server.app.windows
    counted = (len(found), sum(len(each.tabs) for each in found), len(list(server.app.sessions())))
    session = server.app.session(target)
    await until(lambda: "session s7k2 in /" in shown(session))
    assert counted == counts
    assert (session.title, session.variables[VIEW]) == ("build", "s7k2")


async def test_a_pane_is_split_beside_the_session_that_was_named(server, view):
    first = await view.show(wanted("window"))
    server.app.focus(server.app.windows[0])
    second = await view.show(Wanted("s2", "", "", "split_right", split_from="s7k2"))
    assert server.app.place(server.app.session(second)) == server.app.place(
        server.app.session(first)
    )


@pytest.mark.parametrize(
    ("more", "step"),
    [
        ({"placement": "tab", "profile": "Nope"}, "a profile that iTerm2 has"),
        ({"placement": "split_right", "profile": "Nope"}, "a profile that iTerm2 has"),
    ],
)
async def test_a_refusal_says_what_to_do(view, more, step):
    with pytest.raises(Refused, match=step):
        await view.show(wanted(**more))


async def test_what_a_profile_types_at_its_start_is_not_typed(server, view):
    server.world.profiles.add("Greets", Initial_Text="rm -rf /")
    target = await view.show(wanted("window", profile="Greets"))
    assert server.app.session(target).profile["Initial Text"] == ""


async def test_a_view_is_nobodys_own_terminal(server, view, tmp_path: Path):
    target = await view.show(wanted("tab"))
    async with driver(server, tmp_path) as (backend, _):
        assert target not in [pane.target for pane in await backend.panes()]


async def test_the_panes_of_a_person_are_listed_with_what_runs_there(server, tmp_path: Path):
    session = await ready(server)
    async with driver(server, tmp_path) as (backend, _):
        (pane,) = await backend.panes()
    assert (pane.target, (pane.cols, pane.rows)) == (session.id, session.size)
    assert (pane.program, pane.shell, Path(pane.cwd)) == ("bash", "bash", server.place.home)
