"""The bundle and the configuration for Claude Desktop."""

import json
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from services.mcp_front.server import NAME
from services.mcp_front.tools import TOOLS
from tests.npm import ROOT, missing

FOLDER = ROOT / "ops" / "claude-desktop"
MANIFESTS = ["manifest.json", "manifest-python.json"]
each_manifest = pytest.mark.parametrize("name", MANIFESTS)


def manifest(name: str) -> dict:
    return json.loads((FOLDER / name).read_text())


@each_manifest
def test_a_manifest_lists_the_tools_that_there_are(name: str) -> None:
    assert manifest(name)["tools"] == [
        {"name": tool.name, "description": tool.title} for tool in TOOLS
    ]


@each_manifest
def test_a_manifest_has_the_name_and_the_version_of_the_project(name: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert (manifest(name)["name"], manifest(name)["version"]) == (NAME, project["version"])


def test_the_two_manifests_differ_only_in_what_older_versions_do_not_know() -> None:
    new, old = (manifest(name) for name in MANIFESTS)
    assert (new.pop("manifest_version"), old.pop("manifest_version")) == ("0.4", "0.3")
    assert (new["server"].pop("type"), old["server"].pop("type")) == ("uv", "python")
    assert new == old


def test_the_configuration_starts_the_installed_command() -> None:
    servers = json.loads((FOLDER / "claude_desktop_config.json").read_text())["mcpServers"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert {server["command"] for server in servers.values()} <= project["scripts"].keys()


@each_manifest
def test_the_bundle_is_valid_and_holds_the_sources_and_nothing_else(
    name: str, tmp_path: Path
) -> None:
    if shutil.which("npx") is None:
        missing("npx is not installed")
    bundle = tmp_path / "terminals.mcpb"
    command = [sys.executable, FOLDER / "pack.py", bundle, "--manifest", name]
    done = subprocess.run(command, capture_output=True, text=True, timeout=110, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    held = {entry.split("/")[0] for entry in zipfile.ZipFile(bundle).namelist()}
    optional = {"README.md"}
    expected = {"events", "projections", "services", "manifest.json", "pyproject.toml", "LICENSE"}
    assert held - optional == expected | {"nats.conf"}
