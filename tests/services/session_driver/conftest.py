from collections.abc import Iterator

import msgspec
import pytest

from services.session_driver.recorder import Source
from services.session_driver.terminal.host_start import HostPlace
from tests.support.terminal_host import a_place


class Terminal(msgspec.Struct):
    """A terminal whose output a test makes up; it learns up to where that is stored."""

    stored: list[int] = []

    def source(self) -> Source:
        return Source("e1", lambda: (80, 24), lambda: b"a picture", self.stored.append)


@pytest.fixture
def terminal():
    return Terminal()


@pytest.fixture(scope="session")
def place() -> Iterator[HostPlace]:
    """One terminal-host for all; each test is its driver for a while."""
    with a_place() as where:
        yield where
