"""Every place where terminals live, for the one suite that each of them passes."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import count
from pathlib import Path

import pytest

from services.session_driver.terminal.capture import Capture
from services.session_driver.terminal.host import Host, Rendered, Shown
from services.session_driver.terminal.host_start import HostPlace
from services.session_driver.terminal.run import Ending, Run
from services.session_driver.terminal.screen import Look
from services.session_driver.terminal.session import Terminal
from services.session_driver.terminal.shells import Opening
from tests.support.backends import Drivers, drivers_on
from tests.support.terminal_host import a_place, asked
from tests.support.terminals import shells_on

type Started = Callable[[str, list[bytes]], Awaitable[Host]]
type Opened = Callable[[str], Awaitable[Terminal]]
type Typed = Callable[[str], Awaitable[tuple[Ending, Run]]]

LATER = "trap 'sleep 1' EXIT; "
"""tmux may lose what a program prints in the millisecond in which it ends (docs/terminals.md)."""
RENDERED = {"iterm2"}
"""Backends that tell what a terminal shows, never the bytes."""


LEFT_OUT = pytest.StashKey[dict[str, list[str]]]()


@pytest.hookimpl(trylast=True)  # what was not asked for needs no reason
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what a backend by its nature cannot do: nothing is missing here to do it.

    Tests marked `raw` are about bytes that a rendered one does not have; others are marked
    `not_on` with the reason. The summary tells each with its reason.
    """
    reasons = {item: reason for item in items if (reason := _unfit(item))}
    config.hook.pytest_deselected(items=[*reasons])
    items[:] = [item for item in items if item not in reasons]
    told = config.stash.setdefault(LEFT_OUT, {})
    for item, reason in reasons.items():
        told.setdefault(reason, []).append(item.name)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say which tests were left out, and why."""
    left_out = config.stash.get(LEFT_OUT, {})
    if left_out:
        terminalreporter.section("left out")
    for reason, names in left_out.items():
        terminalreporter.line(f"{reason}:")
        for name in names:
            terminalreporter.line(f"    {name}")


def _unfit(item: pytest.Item) -> str:
    """Return why a test cannot be on its backend, empty where it can."""
    spec = getattr(item, "callspec", None)
    backend = spec.params.get("backend", "") if spec else ""
    reasons = dict(mark.args for mark in item.iter_markers("not_on"))
    if item.get_closest_marker("raw"):
        reasons |= dict.fromkeys(RENDERED, "it tells what is shown, never the bytes")
    return f"not run on {backend}: {reasons[backend]}" if backend in reasons else ""


@pytest.fixture(params=["pty", "tmux", "iterm2"])
def backend(request: pytest.FixtureRequest) -> str:
    """The name of a backend; iterm2 is a person's own, whose panes are adopted."""
    return request.param


@pytest.fixture
def place():
    with a_place() as place:
        yield place


@pytest.fixture
async def drivers(backend: str, place: HostPlace) -> AsyncIterator[Drivers]:
    async with drivers_on(backend, place) as drivers:
        yield drivers


@pytest.fixture
def started(drivers: Drivers, backend: str) -> Started:
    """Start a script on a terminal, acking what it prints."""

    async def start(script: str, printed: list[bytes]) -> Host:
        host: list[Host] = []

        def take(data: bytes) -> None:
            printed.append(data)
            if host:
                host[0].ack(host[0].offset)

        host.append(await drivers.now.spawn(asked(LATER * (backend == "tmux") + script), take))
        return host[0]

    return start


@pytest.fixture
async def opened(backend: str, place: HostPlace, tmp_path: Path) -> AsyncIterator[Opened]:
    """Open a session with a shell that has no start-up files."""
    numbers = count(1)
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / ".zshrc").touch()
    user = {"HOME": str(tmp_path / "home"), "PATH": "/usr/local/bin:/usr/bin:/bin"}
    async with shells_on(place, backend) as shells:

        async def open_one(shell: str) -> Terminal:
            opening = Opening(
                session_id=f"s{next(numbers)}",
                shell=shutil.which(shell) or pytest.skip(f"{shell} is not installed"),
                cwd=str(tmp_path),
                folder=tmp_path,
                environment=user,
            )
            terminal = await shells(opening)
            assert await terminal.ready(15)
            return terminal

        yield open_one


@pytest.fixture
async def terminal(opened: Opened) -> Terminal:
    return await opened("bash")


async def looked(terminal: Terminal) -> Shown | Look:
    """Return what the terminal shows, from where it is drawn."""
    host = terminal.host
    return await host.shown() if isinstance(host, Rendered) else terminal.screen.look()


async def until_shown(terminal: Terminal, so: Callable[[Shown | Look], bool]) -> None:
    """Wait until the terminal shows something."""
    async with asyncio.timeout(20):
        while not so(await looked(terminal)):  # noqa: ASYNC110 - iTerm2 tells nobody
            await asyncio.sleep(0.01)


@pytest.fixture
def typed(terminal: Terminal, backend: str) -> Typed:
    """Type a command at the prompt and wait for its end; a rendered one tells of no paste mode."""
    begin, end = ("", "") if backend in RENDERED else ("\x1b[200~", "\x1b[201~")

    async def type_command(command: str) -> tuple[Ending, Run]:
        assert await terminal.ready(10)
        run = await terminal.run(f"{begin}{command}{end}\r".encode(), Capture(b"key"))
        ending = await run.wait(30)
        assert ending is not None
        return ending, run

    return type_command
