"""A data folder that cannot be used is named, with why and what to do, by every command."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.services.cli.command import ROOT, Eim

COMMANDS = [
    ("up",),
    ("up", "--detach"),
    ("status",),
    ("events",),
    ("connect", "x", "--http"),
    ("clients",),
    ("validate",),
]
NEEDS_WRITING = [("up",), ("up", "--detach"), ("connect", "x", "--http"), ("validate",)]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("below", ["", "deeper"])
def test_a_file_in_its_place_is_told(eim, tmp_path, command, below):
    file = tmp_path / "file"
    file.touch()
    refused = eim(*command, EIM_HOME=str(file / below))
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == (
        f"eim: the data folder {file / below} cannot be used: {file} is not a folder;"
        " move it away, or set EIM_HOME to another folder\n"
    )


def test_the_doctor_tells_of_it_as_of_any_fault(eim, tmp_path):
    (tmp_path / "file").touch()
    looked = eim("doctor", EIM_HOME=str(tmp_path / "file"))
    assert (looked.returncode, looked.stderr) == (2, "")
    assert f"{tmp_path}/file is not a folder" in looked.stdout
    assert "-> move it away, or set EIM_HOME to another folder" in looked.stdout


def test_a_file_in_place_of_a_folder_inside_is_told(eim):
    eim.home.mkdir(mode=0o700)
    (eim.home / "run").touch()
    refused = eim("up")
    assert refused.returncode == 2
    assert f"{eim.home}/run is not a folder; move it away" in refused.stderr


def test_a_service_alone_tells_of_it_too(eim, tmp_path):
    (tmp_path / "file").touch()
    alone = subprocess.run(
        [sys.executable, "-m", "services.safety_reviewer"],
        env={**eim.environment, "EIM_HOME": str(tmp_path / "file")},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert alone.returncode != 0
    assert alone.stderr.startswith("safety_reviewer: the data folder ")


@pytest.mark.parametrize("command", NEEDS_WRITING)
def test_a_folder_that_this_user_may_not_write_is_told(eim, command):
    eim.home.mkdir(mode=0o500)
    refused = obeying(eim, *command)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert f"eim: the data folder {eim.home} cannot be used: {eim.home}" in refused.stderr
    assert "writable, or set EIM_HOME to another folder" in refused.stderr


def test_a_folder_inside_that_this_user_may_not_write_is_told(eim):
    for folder in ("keys", "broker", "state", "run", "logs", "clients"):
        (eim.home / folder).mkdir(parents=True)
    (eim.home / "run").chmod(0o500)
    refused = obeying(eim, "up")
    assert refused.returncode == 2
    assert f"{eim.home}/run cannot be written by this user; make it writable" in refused.stderr


def obeying(eim: Eim, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command as somebody whom permissions bind, which is not so for root."""
    prefix: list[str] = []
    if os.getuid() == 0:
        if not (setpriv := shutil.which("setpriv")):
            pytest.skip("root may write everywhere, and there is no setpriv")
        prefix = [setpriv, "--bounding-set", "-dac_override,-dac_read_search"]
    return subprocess.run(
        [*prefix, *eim.command(*arguments)],
        env=eim.environment,
        cwd=ROOT,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=60,
        check=False,
    )
