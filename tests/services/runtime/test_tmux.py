"""Which tmux is used, and what is said where there is none."""

from pathlib import Path

import pytest

from services.runtime.tmux import TmuxUnavailable, find_tmux


def a_tmux(folder: Path, says: str) -> str:
    program = folder / "tmux"
    program.write_text(f"#!/bin/sh\necho '{says}'\n")
    program.chmod(0o755)
    return str(folder)


@pytest.mark.parametrize(
    "version", ["tmux 3.3", "tmux 3.3a", "tmux 3.10", "tmux next-3.7", "tmux master"]
)
def test_a_tmux_that_is_new_enough_is_used(tmp_path, version):
    assert find_tmux(a_tmux(tmp_path, version)) == str(tmp_path / "tmux")


@pytest.mark.parametrize("version", ["tmux 3.2a", "tmux 2.9"])
def test_an_older_one_is_refused_with_its_version(tmp_path, version):
    with pytest.raises(TmuxUnavailable, match=rf"{version}, too old: 3\.3 is needed"):
        find_tmux(a_tmux(tmp_path, version))


def test_a_program_that_does_not_run_is_refused(tmp_path):
    (tmp_path / "tmux").write_text("no program")
    (tmp_path / "tmux").chmod(0o755)
    with pytest.raises(TmuxUnavailable, match="does not run"):
        find_tmux(str(tmp_path))


def test_without_any_tmux_that_is_said(tmp_path):
    with pytest.raises(TmuxUnavailable, match="no tmux on PATH"):
        find_tmux(str(tmp_path), usual=())
