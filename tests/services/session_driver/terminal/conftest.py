"""Real shells on real terminals."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from services.session_driver.terminal.capture import Capture
from services.session_driver.terminal.host_start import HostPlace
from services.session_driver.terminal.run import Ending, Run
from services.session_driver.terminal.session import Terminal
from services.session_driver.terminal.shells import Opening
from tests.services.session_driver.terminal.weighed import WEIGHED
from tests.support.terminals import shells_on

type Typed = Callable[[str], Awaitable[tuple[Ending, Run]]]
type Opened = Callable[..., Awaitable[Terminal]]


@pytest.fixture(params=["bash", "zsh", "fish"])
def shell(request: pytest.FixtureRequest) -> str:
    path = shutil.which(request.param)
    if path is None:
        pytest.skip(f"{request.param} is not installed")
    return path


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / ".zshrc").touch()
    return tmp_path / "home"


@pytest.fixture
async def opened(tmp_path: Path, home: Path, place: HostPlace) -> AsyncIterator[Opened]:
    async with shells_on(place) as shells:

        async def open_one(
            shell: str, requested: dict[str, str] | None = None, **environment: str
        ) -> Terminal:
            user = {"HOME": str(home), "PATH": "/usr/local/bin:/usr/bin:/bin", **environment}
            return await shells(
                Opening(
                    session_id="s1",
                    shell=shell,
                    cwd=str(tmp_path),
                    folder=tmp_path,
                    environment=user,
                    requested=requested or {},
                    watched=WEIGHED,
                )
            )

        yield open_one


@pytest.fixture
async def terminal(opened: Opened, shell: str) -> Terminal:
    started = await opened(shell)
    assert await started.ready(10)
    return started


@pytest.fixture
def typed(terminal: Terminal) -> Typed:
    return typed_into(terminal)


def typed_into(terminal: Terminal) -> Typed:
    async def type_command(command: str) -> tuple[Ending, Run]:
        assert await terminal.ready(10)
        keys = (
            f"\x1b[200~{command}\x1b[201~\r" if terminal.prompt.bracketed_paste else command + "\r"
        )
        run = await terminal.run(keys.encode(), Capture(b"key"))
        ending = await run.wait(15)
        assert ending is not None
        return ending, run

    return type_command
