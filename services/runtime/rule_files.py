"""Rule files on this machine: the admin's, the user's, and those of workspaces."""

import errno
import os
import stat
import sys
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from services.policy.configured import Rooted
from services.policy.layer import Layer, PolicyError
from services.runtime.config import Home

ADMIN: Final = Path(
    "/Library/Application Support/enhanced-iterm-mcp/policy.toml"
    if sys.platform == "darwin"
    else "/etc/eim/policy.toml"
)
"""No setting moves it: who could, could have less asked."""
IN_WORKSPACE: Final = Path(".eim/policy.toml")
LARGEST: Final = 128 * 1024
"""Bytes of one file, which must fit into an event."""
_ROOT: Final = 0
_WRITABLE_BY_OTHERS: Final = stat.S_IWGRP | stat.S_IWOTH


def everywhere(home: Home) -> tuple[Layer, ...]:
    """Read the files that count for every session. Raises PolicyError."""
    found = (admins(ADMIN), users(home.policy))
    return tuple(layer for layer in found if layer)


def admins(path: Path, owner: int = _ROOT) -> Layer | None:
    """Read the admin's file, None where there is none. Raises PolicyError.

    Whoever may write it, or put another one in its place, decides about everything here.
    """
    if not os.path.lexists(path):
        return None
    _check_owned(path, path.parent.stat(), owner)
    with _opened(path) as file:
        _check_owned(path, os.fstat(file), owner)
        return Layer("admin", str(path), _text(path, file))


def users(path: Path) -> Layer | None:
    """Read the user's own file, None where there is none. Raises PolicyError."""
    if not os.path.lexists(path):
        return None
    with _opened(path) as file:
        return Layer("user", str(path), _text(path, file))


def of_workspaces(folders: Iterable[str]) -> tuple[Rooted, ...]:
    """Read the files of the workspaces that have one. Raises PolicyError.

    A session may name its folder as it was configured, or by where links lead.
    """
    return tuple(each for folder in folders for each in _of_workspace(Path(folder).expanduser()))


def places(folders: Iterable[str]) -> tuple[str, ...]:
    """Return where rule files lie outside our home."""
    ours = (Path(folder).expanduser() / IN_WORKSPACE.parent for folder in folders)
    return (str(ADMIN.parent), *(str(place) for place in ours))


def _of_workspace(folder: Path) -> Iterator[Rooted]:
    path = folder / IN_WORKSPACE
    if not os.path.lexists(path):
        return
    real = folder.resolve()
    if not path.resolve().is_relative_to(real):
        raise PolicyError(f"{path}: leads out of its workspace")
    with _opened(path) as file:
        layer = Layer("workspace", str(path), _text(path, file))
    for root in dict.fromkeys((str(folder), str(real))):
        yield Rooted(root, layer)


@contextmanager
def _opened(path: Path) -> Generator[int]:
    """Open a file, whatever somebody may have put in its place."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        why = "it is a link" if error.errno == errno.ELOOP else error.strerror
        raise PolicyError(f"{path}: cannot be read: {why}") from error
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise PolicyError(f"{path}: cannot be read: it is no ordinary file")
        yield file
    finally:
        os.close(file)


def _text(path: Path, file: int) -> str:
    content = os.read(file, LARGEST + 1)
    if len(content) > LARGEST:
        raise PolicyError(f"{path}: is larger than {LARGEST // 1024} KiB")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise PolicyError(f"{path}: is not UTF-8: {error}") from error


def _check_owned(path: Path, found: os.stat_result, owner: int) -> None:
    what = path.parent if stat.S_ISDIR(found.st_mode) else path
    if found.st_uid != owner:
        raise PolicyError(
            f"{what}: belongs to user {found.st_uid} and not to root, so it cannot be the admin's; "
            f"chown root '{what}', or move {path} away"
        )
    if found.st_mode & _WRITABLE_BY_OTHERS:
        raise PolicyError(f"{what}: others may write it; chmod go-w '{what}'")
