"""Clients get a key of their own and their configuration."""

import json
import stat
import sys
from pathlib import Path

import pytest

from services.mcp_front.credentials import ClientKeys
from tests.services.cli.command import Eim

installed = pytest.mark.skipif(
    not (Path(sys.executable).parent / "eim").exists(),
    reason="eim is not installed beside this Python: make setup",
)


def desktop(eim: Eim) -> Path:
    """Where Claude Desktop of this test's user keeps its configuration."""
    folder = "Library/Application Support/Claude" if sys.platform == "darwin" else "config/Claude"
    return eim.home.parent / folder / "claude_desktop_config.json"


def written(eim: Eim) -> dict[str, dict[str, dict[str, object]]]:
    return json.loads(desktop(eim).read_text())


@installed
def test_claude_desktop_gets_an_entry_with_its_own_key(eim):
    assert eim("connect", "claude-desktop").returncode == 0
    entry = written(eim)["mcpServers"]["terminals"]
    assert entry["command"] == str(Path(sys.executable).parent / "eim")
    assert entry["args"] == ["mcp"]
    assert entry["env"]["EIM_HOME"] == str(eim.home)
    assert ClientKeys(eim.home).principal_of(entry["env"]["EIM_CLIENT_KEY"]) == "claude-desktop"


@installed
def test_what_others_wrote_is_kept_and_backed_up(eim):
    file = desktop(eim)
    file.parent.mkdir(parents=True)
    before = '{"theme": "dark", "mcpServers": {"other": {"command": "x"}}}'
    file.write_text(before)
    eim("connect", "claude-desktop")
    assert written(eim)["theme"] == "dark"
    assert set(written(eim)["mcpServers"]) == {"other", "terminals"}
    (backup,) = file.parent.glob("*.backup")
    assert backup.read_text() == before
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@installed
def test_a_configuration_that_is_not_json_is_left_as_it_is_and_so_is_the_key(eim):
    key = eim.key("claude-desktop")
    desktop(eim).parent.mkdir(parents=True)
    desktop(eim).write_text("{oops")
    refused = eim("connect", "claude-desktop")
    assert refused.returncode == 2
    assert str(desktop(eim)) in refused.stderr
    assert desktop(eim).read_text() == "{oops"
    assert ClientKeys(eim.home).principal_of(key) == "claude-desktop"


@installed
def test_a_configuration_that_is_a_link_stays_one(eim, tmp_path):
    real = tmp_path / "dotfiles.json"
    real.write_text("{}")
    desktop(eim).parent.mkdir(parents=True)
    desktop(eim).symlink_to(real)
    eim("connect", "claude-desktop")
    assert desktop(eim).is_symlink()
    assert "terminals" in json.loads(real.read_text())["mcpServers"]


@installed
def test_disconnecting_takes_the_key_and_the_entry_away(eim):
    eim("connect", "claude-desktop")
    assert eim("disconnect", "claude-desktop").returncode == 0
    assert written(eim)["mcpServers"] == {}
    assert "No client has a key" in eim("clients").stdout


@installed
def test_claude_code_is_set_up_by_its_own_command(eim, tmp_path):
    claude = tmp_path / "claude"
    claude.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >> {tmp_path}/arguments\n')
    claude.chmod(0o755)
    connected = eim("connect", "claude-code", PATH=f"{tmp_path}:{eim.environment['PATH']}")
    assert connected.returncode == 0
    arguments = (tmp_path / "arguments").read_text().splitlines()
    assert arguments[:6] == ["mcp", "remove", "--scope", "user", "terminals", "mcp"]
    assert arguments[-4:] == ["terminals", "--", str(Path(sys.executable).parent / "eim"), "mcp"]


@installed
def test_without_claude_code_its_command_and_snippet_are_printed(eim):
    printed = eim("connect", "claude-code", "--print").stdout
    assert "claude mcp add --env EIM_CLIENT_KEY=eim_" in printed
    assert '"mcpServers"' in printed


def test_any_other_client_gets_json_with_url_and_header(eim):
    block = json.loads(eim("connect", "cursor", "--http").stdout)
    entry = block["mcpServers"]["terminals"]
    assert entry["url"] == f"http://127.0.0.1:{eim.environment['EIM_SERVER_PORT']}/mcp"
    key = entry["headers"]["Authorization"].removeprefix("Bearer ")
    assert ClientKeys(eim.home).principal_of(key) == "cursor"


def test_a_new_key_replaces_the_old_and_says_so_beside_the_json(eim):
    old = eim.key("cursor")
    again = eim("connect", "cursor", "--http")
    assert json.loads(again.stdout)
    assert "replaces the earlier key" in again.stderr
    assert ClientKeys(eim.home).principal_of(old) is None


@pytest.mark.parametrize("command", ["connect", "disconnect"])
def test_a_name_that_cannot_be_one_is_told(eim, command):
    refused = eim(command, "Not A Name", *(["--http"] if command == "connect" else []))
    assert refused.returncode == 2
    assert "lower-case letters" in refused.stderr


def test_taking_back_a_key_that_is_not_there_names_those_that_are(eim):
    eim.key("cursor")
    refused = eim("disconnect", "curser")
    assert refused.returncode == 2
    assert "clients with a key: cursor" in refused.stderr
