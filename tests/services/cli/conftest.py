"""Homes in which stacks run, and homes in which nothing does."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.cli.command import Eim, in_home


@pytest.fixture
def eim(tmp_path: Path) -> Iterator[Eim]:
    """A home in which nothing runs; whatever a test starts in it is stopped."""
    command = in_home(tmp_path / "home")
    yield command
    command("down")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Eim]:
    """A home in which a stack runs, shared by the tests of a file."""
    command = in_home(tmp_path_factory.mktemp("stack") / "home")
    started = command("up", "--detach")
    assert started.returncode == 0, started.stderr
    yield command
    command("down")
