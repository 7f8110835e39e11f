"""Independent clients of iTerm2 from PyPI, each in an environment of its own below .tools."""

import fcntl
import subprocess
import sys
from pathlib import Path

from tests.npm import ROOT, missing

TOOLS = ROOT / ".tools" / "iterm2-clients"
COMMON = ("iterm2==2.30", "websockets==17.4")  # what this project is locked to, too
# Two of them have the same module name, and all want another mcp than ours.
CLIENTS = {
    "it2": ("it2==0.2.3",),
    "iterm2-mcp": ("iterm2-mcp==0.1.0", "mcp==1.30.0"),
    "iterm2-py-mcp": ("iterm2-py-mcp==0.1.0", "mcp==1.30.0"),
}


def client(name: str) -> str:
    """Return the path of a client's command, or skip saying what is missing."""
    folder = TOOLS / name
    TOOLS.mkdir(parents=True, exist_ok=True)
    with (TOOLS / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            _install(folder, CLIENTS[name])
    return str(folder / "bin" / name)


def _install(folder: Path, packages: tuple[str, ...]) -> None:
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "-q", *packages, *COMMON]
    for command in ([sys.executable, "-m", "venv", "--clear", str(folder)], pip):
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode:
            missing(f"{packages[0]} could not be installed: {done.stderr[-500:]}")
    (folder / "complete").touch()
