"""What is looked at before iTerm2 is used."""

import plistlib
from pathlib import Path

import pytest

from services.session_driver.terminal.iterm2.checks import (
    api,
    checks,
    consent,
    escape_sequences,
    integration,
    listening,
    version,
)
from services.session_driver.terminal.iterm2.place import Place
from tests.support.adoption import place_of


def a_mac(home: Path, *, told: str = "3.6.1", **settings: str) -> Place:
    """A home folder with an application and a `defaults` that knows these settings."""
    contents = home / "Applications" / "iTerm.app" / "Contents"
    contents.mkdir(parents=True)
    info = {"CFBundleShortVersionString": told}
    (contents / "Info.plist").write_bytes(plistlib.dumps(info))
    cases = "".join(f"{name}) echo {value};;\n" for name, value in settings.items())
    defaults = home / "bin" / "defaults"
    defaults.parent.mkdir()
    defaults.write_text(f'#!/bin/sh\ncase "$3" in\n{cases}*) exit 1;;\nesac\n')
    defaults.chmod(0o700)
    return Place.of({"HOME": str(home), "PATH": f"{home}/bin:/usr/bin:/bin"})


@pytest.mark.parametrize(
    ("told", "level"),
    [
        ("3.5.10", "wrong"),
        ("3.5.11", "ok"),
        ("3.6.0beta2", "ok"),
        ("3.10.0", "ok"),
        ("3.5.9", "wrong"),
    ],
)
def test_a_version_with_a_known_hole_is_wrong(tmp_path, told, level):
    assert version(a_mac(tmp_path, told=told)).level == level


def test_a_missing_application_says_where_to_get_it(tmp_path):
    assert version(Place(tmp_path)).step == "install it from iterm2.com"


def test_the_api_that_is_off_is_turned_on_at_a_named_place(tmp_path):
    found = api(a_mac(tmp_path, EnableAPIServer="0"))
    assert (found.level, "General > Magic > Enable Python API" in found.step) == ("wrong", True)


def test_the_settings_that_are_right_are_ok(tmp_path):
    on = {"EnableAPIServer": "1", "DisablePotentiallyInsecureEscapeSequences": "1"}
    place = a_mac(tmp_path, **on)
    assert (api(place).level, escape_sequences(place).level) == ("ok", "ok")


def test_a_socket_that_nobody_listens_on_is_wrong(tmp_path):
    assert listening(Place(tmp_path)).level == "wrong"


def test_shell_integration_is_looked_for_where_iterm2_puts_it(tmp_path):
    before = integration(tmp_path, "/bin/zsh")
    (tmp_path / ".iterm2_shell_integration.zsh").touch()
    assert (before.level, integration(tmp_path, "/bin/zsh").level) == ("note", "ok")


async def test_a_program_that_is_let_in_is_told_so(server):
    assert (await consent(place_of(server))).level == "ok"


async def test_a_program_that_is_not_let_in_is_told_where_to_allow_it(server):
    server.script.consent = False
    found = await consent(place_of(server, cookie=""))
    assert (found.level, "Privacy & Security > Automation" in found.step) == ("wrong", True)


async def test_consent_is_not_asked_for_where_nobody_listens(tmp_path):
    names = [each.name async for each in checks(a_mac(tmp_path), "/bin/zsh")]
    assert "iTerm2 consent" not in names
