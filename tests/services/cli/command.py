"""The command eim as a person runs it: real processes, a home and ports of its own."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from services.mcp_front.credentials import ClientKeys

ROOT = Path(__file__).parents[3]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Eim(msgspec.Struct, frozen=True):
    """The command eim with an environment of its own."""

    home: Path
    environment: dict[str, str]

    def __call__(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            env={**self.environment, **variables},
            cwd=ROOT,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=90,
            check=False,
        )

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(*arguments),
            env=self.environment,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "services.cli", *arguments]

    def key(self, name: str = "tester") -> str:
        return ClientKeys(self.home).issue(name)

    def record(self) -> dict[str, object]:
        return json.loads((self.home / "run" / "stack.json").read_bytes())

    def events(self) -> list[str]:
        """The types of all events, oldest first."""
        lines = self("events", "--json", "--since-seq", "1").stdout.splitlines()
        return [json.loads(line)["event"]["type"] for line in lines]


def in_home(home: Path) -> Eim:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EIM_")}
    return Eim(
        home,
        {
            **kept,
            "HOME": str(home.parent),
            "XDG_CONFIG_HOME": str(home.parent / "config"),
            "EIM_HOME": str(home),
            "EIM_SERVER_PORT": str(free_port()),
            "EIM_SERVER_HEALTH_PORT": "0",
            "EIM_CLUSTERING_BROKER_PORT": str(free_port()),
            "EIM_CLUSTERING_EVENTS_MAX_BYTES": str(64 * 1024 * 1024),
            "EIM_CLUSTERING_OUTPUT_MAX_BYTES": str(64 * 1024 * 1024),
        },
    )


def eventually(holds: Callable[[], bool], within: float = 20.0) -> bool:
    """Wait until it holds; false once the time is over."""
    until = time.monotonic() + within
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True
