"""Who has the keyboard of a terminal that is not ours: asked of the system by the shell's id."""

import os
import subprocess
import sys
import termios
from pathlib import Path

import psutil

from services.session_driver.terminal.host import Foreground
from services.session_driver.terminal.pty import program_of

NOBODY = Foreground(pgid=0, editing=False, echo=False)
STARTERS = frozenset({"login", "iTermServer", "ShellLauncher", "iTerm2"})
"""What iTerm2 starts a shell with on macOS."""
PATIENCE = 2.0
_TPGID = 5  # among the fields of /proc/PID/stat behind the name


def foreground_of(pid: int, tty: str) -> Foreground:
    """Return who has the keyboard; nobody where that cannot be told."""
    pgid = _foreground_group(pid)
    if pgid <= 0:
        return NOBODY
    try:
        flags = _local_modes(tty)
    except (OSError, termios.error):
        return Foreground(pgid, editing=False, echo=True)
    return Foreground(pgid, not flags & termios.ICANON, bool(flags & termios.ECHO))


def _local_modes(tty: str) -> int:
    terminal = os.open(tty, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
    try:
        return int(termios.tcgetattr(terminal)[3])
    finally:
        os.close(terminal)


def _foreground_group(pid: int) -> int:
    if pid <= 0:
        return 0
    return _from_proc(pid) if sys.platform == "linux" else from_ps(pid)


def _from_proc(pid: int) -> int:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return 0
    return int(stat.rpartition(")")[2].split()[_TPGID])


def from_ps(pid: int) -> int:
    """Ask ps, which every Unix has; 0 where there is no such process."""
    asked = ["/bin/ps", "-o", "tpgid=", "-p", str(pid)]
    try:
        said = subprocess.check_output(asked, text=True, timeout=PATIENCE).strip()
    except (OSError, subprocess.SubprocessError):
        return 0
    return int(said) if said.lstrip("-").isdigit() else 0


def shell_of(pid: int) -> int:
    """Return the shell among what iTerm2 started; 0 where there is none."""
    while program_of(pid) in STARTERS:
        try:
            children = psutil.Process(pid).children()
        except psutil.Error:
            return 0
        if not children:
            return 0
        pid = children[0].pid
    return pid
