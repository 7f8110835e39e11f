"""Keys on disk: one nkey per user of the broker, and the key that digests are made with."""

import contextlib
import os
import secrets
import stat
from pathlib import Path
from typing import Final, Literal, cast, get_args

import nkeys

type User = Literal[
    "mcp_front",
    "safety_reviewer",
    "session_driver",
    "operator",
    "cli",
    "console",
    "notifier",
    "inspector",
    "metrics_projector",
    "audit_writer",
    "backup_snapshotter",
]
USERS: Final[tuple[User, ...]] = get_args(User.__value__)
_DIGEST = "digest.key"


class KeyPermissionError(PermissionError):
    """A key could be read or replaced by somebody else."""


def create_keys(folder: Path) -> dict[User, str]:
    """Create the keys that are missing; return the public key of each user."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for user in USERS:
        private_file(_seed_file(folder, user), _new_seed())
    private_file(folder / _DIGEST, secrets.token_bytes(32))
    return {user: _public(seed(folder, user)) for user in USERS}


def seed(folder: Path, user: User) -> str:
    """Return a user's secret, with which it logs in. Raises KeyPermissionError, OSError."""
    return _read(_seed_file(folder, user)).decode()


def digest_key(folder: Path) -> bytes:
    """Return the key of all keyed digests. Raises KeyPermissionError, OSError."""
    return _read(folder / _DIGEST)


def variables(public: dict[User, str]) -> dict[str, str]:
    """Return the variables under which nats.conf finds the public keys."""
    return {f"EIM_NKEY_{user.upper()}": key for user, key in public.items()}


def _seed_file(folder: Path, user: User) -> Path:
    return folder / f"{user}.nk"


def _new_seed() -> bytes:
    raw = secrets.token_bytes(32)
    return nkeys.encode_seed(raw, nkeys.PREFIX_BYTE_USER)  # pyright: ignore[reportUnknownMemberType] - untyped


def _public(secret: str) -> str:
    pair = nkeys.from_seed(bytearray(secret, "ascii"))  # pyright: ignore[reportUnknownMemberType] - untyped
    return cast("bytes", pair.public_key).decode()


def private_file(path: Path, content: bytes) -> None:
    """Write a whole file or none, for its owner alone; one that is there already stays."""
    if path.exists():
        return
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        draft.unlink()


def _read(path: Path) -> bytes:
    _check(path.parent, 0o700)
    with path.open("rb") as file:
        _check(path, 0o600)
        return file.read()


def _check(path: Path, mode: int) -> None:
    found = path.stat()
    if found.st_uid != os.getuid():
        raise KeyPermissionError(f"{path} belongs to another user; remove it and start again")
    if stat.S_IMODE(found.st_mode) & ~mode:
        raise KeyPermissionError(f"others can reach {path}; run: chmod {mode:o} '{path}'")
