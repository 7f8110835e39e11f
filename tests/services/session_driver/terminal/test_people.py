"""Nothing of iTerm2 is loaded where it is not."""

import subprocess
import sys

import pytest

from services.session_driver.terminal.people import has_iterm2

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("setting", "platform", "there"),
    [
        ("auto", "linux", False),
        ("auto", "darwin", True),
        ("on", "linux", True),
        ("off", "darwin", False),
    ],
)
def test_iterm2_is_used_where_it_runs_or_is_asked_for(setting, platform, there):
    assert has_iterm2(setting, platform) is there


def test_a_driver_without_iterm2_loads_neither_its_package_nor_what_that_needs():
    look = "import sys, services.session_driver.run as r; print([*sys.modules])"
    loaded = subprocess.check_output([sys.executable, "-c", look], text=True)
    assert not {"'iterm2'", "'google.protobuf'", "'websockets'"} & set(loaded[1:-2].split(", "))
