"""Rule files and modes as a person at the command line meets them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.cli.command import Eim, in_home


def rule_file(eim: Eim, content: str) -> Path:
    eim.home.mkdir(parents=True, exist_ok=True)
    file = eim.home / "policy.toml"
    file.write_text(content)
    return file


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            "\n[tiers.write]\nworkspace = 'safe'",
            ":3: tiers.write.workspace: it is review; the file",
        ),
        ("[command.rm]\nflags = '-r'", ":1: command.rm: the file of a user may only tighten"),
        ("mode = 'lax'", ": Invalid enum value 'lax'"),
        ("mode = ", ": Invalid value (at end of document)"),
        ("colour = 1", ": Object contains unknown field `colour`"),
    ],
)
def test_a_rule_file_that_cannot_be_used_is_told_with_its_place(eim, content, told):
    file = rule_file(eim, content)
    refused = eim("validate")
    assert refused.returncode == 2
    assert f"{file}{told}" in refused.stderr
    assert "docs/review.md" in refused.stderr
    assert f"{file}{told}" in eim("doctor").stdout


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("EIM_SAFETY_MODE", "lax", "safety.mode: must be one of standard, read-only, strict, unat"),
        ("EIM_SAFETY_WORKSPACES", "src", "safety.workspaces[0]: 'src' must be the full path"),
        ("EIM_SAFETY_MAX_OPEN_APPROVALS", "0", "safety.maxOpenApprovals: must be a whole number"),
    ],
)
def test_a_setting_of_the_rules_that_cannot_be_used_is_told(eim, variable, value, told):
    refused = eim("validate", **{variable: value})
    assert (refused.returncode, told in refused.stderr) == (2, True)


def test_validate_says_which_files_and_modes_count(eim, tmp_path):
    file = rule_file(eim, "mode = 'strict'")
    inside = tmp_path / "src" / ".eim" / "policy.toml"
    inside.parent.mkdir(parents=True)
    inside.write_text("four_eyes = ['x']")
    checked = eim("validate", EIM_SAFETY_WORKSPACES=str(tmp_path / "src"))
    assert checked.returncode == 0, checked.stderr
    assert "Mode strict: all but plain reads are asked about." in checked.stdout
    assert f"{file}, {inside}." in checked.stdout


def test_a_command_is_checked_as_the_mode_has_it(eim):
    told = eim("check", "touch x", EIM_SAFETY_MODE="unattended").stdout
    assert told.startswith("blocked: writes x\n")
    assert "[mode-unattended]" in told


@pytest.fixture(scope="module")
def unattended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Eim]:
    """A stack in which nobody is there."""
    command = in_home(tmp_path_factory.mktemp("unattended") / "home")
    rule_file(command, "mode = 'unattended'")
    started = command("up", "--detach")
    assert started.returncode == 0, started.stderr
    yield command
    command("down")


def test_status_tells_the_mode_in_force_and_not_the_one_in_the_file(unattended):
    rule_file(unattended, "mode = 'strict'")
    assert "  mode             unattended; policy " in unattended("status").stdout
    assert "mode            strict: all but plain reads" in unattended("doctor").stdout
