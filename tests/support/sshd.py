"""An sshd of the tests' own, which takes one key and listens on loopback only."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

PRIVILEGES = Path("/run/sshd")
"""Where sshd locks up its unprivileged half; its package makes it at boot only."""
SBIN = "/usr/sbin:/usr/local/sbin"
CONFIG = """
ListenAddress 127.0.0.1:{port}
HostKey {folder}/host
AuthorizedKeysFile {folder}/client.pub
PidFile none
PermitRootLogin yes
PasswordAuthentication no
KbdInteractiveAuthentication no
StrictModes no
UsePAM no
PrintMotd no
PrintLastLog no
"""


def program(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ['PATH']}:{SBIN}")
    return found or pytest.skip(f"{name} is not installed")


@contextmanager
def ssh_to(folder: Path) -> Generator[str]:
    """Yield the beginning of a command line that logs in here, while sshd runs."""
    sshd, ssh = program("sshd"), program("ssh")
    for key in ("host", "client"):
        make = [program("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", str(folder / key)]
        subprocess.run(make, check=True, timeout=20)
    if os.geteuid() == 0:
        PRIVILEGES.mkdir(mode=0o755, exist_ok=True)
    port = free_port()
    config, log = folder / "sshd_config", folder / "sshd.log"
    config.write_text(CONFIG.format(port=port, folder=folder))
    with subprocess.Popen([sshd, "-D", "-f", config, "-E", log]) as server:
        try:
            listening(server, port, log)
            options = "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null"
            quiet = "-o LogLevel=ERROR"
            yield f"{ssh} -F none -p {port} -i {folder}/client {options} {quiet} 127.0.0.1"
        finally:
            server.terminate()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listening(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Wait until it takes connections."""
    until = time.monotonic() + 20
    while not answers(port):
        assert server.poll() is None, log.read_text()
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.02)


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return not probe.connect_ex(("127.0.0.1", port))
