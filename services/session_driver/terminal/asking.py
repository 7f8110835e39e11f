"""Whether a program waits for somebody to type, as the kernel of Linux knows it."""

import platform
import sys
from collections.abc import Iterator
from pathlib import Path

_READS = {"x86_64": {0, 19}, "aarch64": {63, 65}}
"""Numbers of read and readv."""
_POLLS = {"x86_64": {7, 23, 232, 270, 271, 281, 441}, "aarch64": {22, 72, 73, 441}}
"""Numbers of poll, select and epoll: what is waited for may be the terminal, or a socket."""
_LOCKS = {"x86_64": {202}, "aarch64": {98}}
"""The number of futex: another thread may wait for the terminal."""
_READING = {"n_tty_read", "tty_read", "wait_woken"}
"""Where in the kernel a process sleeps that reads a terminal."""
_UNSURE = {
    *("do_select", "do_sys_poll", "do_poll", "ep_poll", "poll_schedule_timeout"),
    *("futex_wait", "futex_wait_queue", "futex_do_wait", "0", ""),
}
"""Where one sleeps that looks at several things, that has another thread, or that tells nothing."""
_TERMINALS = ("/dev/pts/", "/dev/tty")


def waits_for_terminal(pgid: int) -> bool | None:
    """Whether a process of this group reads its terminal just now; None where it may.

    A process that runs, sleeps for a time or waits for a child does not. Of one that looks at
    several things at once, as editors do, it cannot be told, nor of one that belongs to somebody
    else, such as `sudo`, nor anything on macOS.
    """
    if sys.platform != "linux":
        return None
    seen = [_reads(pid) for pid in _members(pgid)]
    if True in seen:
        return True
    return None if None in seen or not seen else False


def _members(pgid: int) -> Iterator[int]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _state(entry.name)[1] == str(pgid):
            yield int(entry.name)


def _reads(pid: int) -> bool | None:
    if _state(str(pid))[0] in {"R", "D", "Z", "T", "t"}:
        return False
    call = _text(f"/proc/{pid}/syscall").split()
    if call[:1] == ["running"]:
        return False
    if len(call) > 1:
        return _in_call(pid, int(call[0]), int(call[1], 16))
    place = _text(f"/proc/{pid}/wchan")
    if place in _READING:
        return _is_terminal(pid, 0)
    return None if place in _UNSURE else False


def _in_call(pid: int, number: int, first: int) -> bool | None:
    machine = platform.machine()
    if number in _READS.get(machine, ()):
        return _is_terminal(pid, first)
    known = machine in _READS
    return None if not known or number in _POLLS[machine] | _LOCKS[machine] else False


def _is_terminal(pid: int, descriptor: int) -> bool:
    try:
        return str(Path(f"/proc/{pid}/fd/{descriptor}").readlink()).startswith(_TERMINALS)
    except OSError:  # it went away, or belongs to somebody else
        return False


def _state(pid: str) -> tuple[str, str]:
    """Return how a process is and its group; the name before may hold anything."""
    fields = _text(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return (fields[0], fields[2]) if len(fields) > 2 else ("", "")


def _text(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:  # it went away, or belongs to somebody else
        return ""
