"""How a program that is not ours runs our command, for this home and configuration."""

import sys
from collections.abc import Mapping
from pathlib import Path

KEPT = ("EIM_HOME", "EIM_CONFIG", "EIM_CLUSTERING_NODE")


def own_command(environ: Mapping[str, str], *arguments: str) -> tuple[str, ...]:
    """Return the command line of `eim` with these arguments; none of its variables is a secret."""
    kept = [f"{name}={environ[name]}" for name in KEPT if environ.get(name)]
    installed = Path(sys.executable).parent / "eim"
    eim = (str(installed),) if installed.exists() else (sys.executable, "-m", "services.cli")
    return ("/usr/bin/env", *kept, *eim, *arguments) if kept else (*eim, *arguments)
