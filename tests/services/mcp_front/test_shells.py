"""A shell that is not on this machine is refused with those that are."""

from pathlib import Path

import pytest

from services.mcp_front.refusals import Refusal
from services.mcp_front.shells import check_backend, check_shell, search_path


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A search path with bash, fish and a shell that we do not know."""
    for name in ("bash", "fish", "oil"):
        (tmp_path / name).touch(mode=0o755)
    (tmp_path / "zsh").touch(mode=0o644)
    return str(tmp_path)


@pytest.mark.parametrize("shell", ["foo", "zsh", "/nowhere/bash"])
def test_a_shell_that_is_not_here_is_refused_with_those_that_are(path, shell):
    with pytest.raises(Refusal, match="No session was opened") as refused:
        check_shell(shell, path)
    assert (refused.value.code, refused.value.valid) == ("no_such_shell", ("bash", "fish"))
    assert "full path" in refused.value.next_step


@pytest.mark.parametrize("shell", ["", "bash", "oil"])
def test_a_shell_that_is_here_passes_whoever_made_it(path, shell):
    check_shell(shell, path)


def test_the_full_path_of_a_shell_is_enough(path):
    check_shell(f"{path}/oil", "")


def test_tmux_is_only_refused_where_it_is_wanted_and_too_old(tmp_path):
    old = tmp_path / "tmux"
    old.write_text("#!/bin/sh\necho tmux 2.9\n")
    old.chmod(0o755)
    check_backend("pty", str(tmp_path))
    with pytest.raises(Refusal, match="too old") as refused:
        check_backend("tmux", str(tmp_path))
    assert (refused.value.code, refused.value.valid) == ("backend_unavailable", ("pty",))


def test_shells_are_found_where_they_usually_are_without_any_path():
    check_shell("sh", search_path({}))
    assert search_path({"PATH": "/mine"}).startswith("/mine:")
