"""What belongs to us on this machine: the data folder, its keys, what a dead stack left behind."""

import stat
from collections.abc import Iterator
from pathlib import Path

import psutil

from services.cli import claude_desktop
from services.cli.entry import KEY, SERVER
from services.cli.finding import Finding, note, ok, wrong
from services.cli.health import not_ready
from services.cli.record import running_stack
from services.cli.refused import Refused
from services.mcp_front.credentials import ClientKeys
from services.runtime import keys
from services.runtime.config import Home
from services.runtime.data_folder import HomeUnusable, check_writable
from services.runtime.ownership import remembered


def belongings(home: Home) -> Iterator[Finding]:
    """Look at what is ours."""
    yield folder(home.root)
    if home.root.is_dir():
        yield from _inside(home)


def folder(root: Path) -> Finding:
    """The data folder."""
    try:
        check_writable(root)
    except HomeUnusable as error:
        return wrong("data", error.problem, error.step)
    if not root.exists():
        return note("data", f"{root} is not there yet", "eim up makes it")
    if stat.S_IMODE(root.stat().st_mode) & 0o077:
        return wrong("data", f"others can enter {root}", f"chmod 700 '{root}'")
    return ok("data", str(root))


def _inside(home: Home) -> Iterator[Finding]:
    yield key_files(home)
    yield from leftovers(home)
    yield from clients(home)


def key_files(home: Home) -> Finding:
    """The keys of the services to the broker."""
    try:
        for user in keys.USERS:
            keys.seed(home.keys, user)
        keys.digest_key(home.keys)
    except (FileNotFoundError, NotADirectoryError):
        return note("keys", "not all made yet", "eim up makes them")
    except keys.KeyPermissionError as error:
        return wrong("keys", str(error), "then look who could have read it")
    return ok("keys", f"{len(keys.USERS) + 1}, readable by you only")


def leftovers(home: Home) -> Iterator[Finding]:
    """What a stack that was killed left behind."""
    if running := running_stack(home):
        yield ok("stack", f"runs as process {running.pid}")
        for part, why in (not_ready(running.health) if running.health else {}).items():
            yield wrong("stack", f"{part} {why}", "look with: eim status")
        return
    if (home.run / "stack.json").exists():
        yield note("stack", "the last one was killed", "eim up tidies up after it")
    broker = remembered(home)
    if broker and psutil.pid_exists(broker.address.pid):
        text = f"process {broker.address.pid} may be a broker that its stack left behind"
        yield note("broker", text, "eim up stops it and starts its own")


def clients(home: Home) -> Iterator[Finding]:
    """The clients that may connect."""
    names = ClientKeys(home.root).names()
    if not names:
        yield note(
            "clients", "none has a key", "eim connect claude-desktop, or claude-code, or NAME"
        )
        return
    yield ok("clients", ", ".join(names))
    if "claude-desktop" in names:
        yield _desktop(home)


def _desktop(home: Home) -> Finding:
    file, again = claude_desktop.path(), "eim connect claude-desktop"
    try:
        entry = claude_desktop.entry_in(file)
    except Refused as error:
        return wrong("Claude Desktop", str(error), "correct the file")
    if entry is None:
        return note("Claude Desktop", f"{file} has no entry {SERVER!r} that starts eim", again)
    if not Path(entry.command).exists():
        return wrong("Claude Desktop", f"{entry.command} is not there any more", again)
    if ClientKeys(home.root).principal_of(entry.env.get(KEY, "")) is None:
        return wrong("Claude Desktop", f"the key in {file} is not valid", again)
    return ok("Claude Desktop", f"starts {entry.command}")
