"""Keys of MCP clients: one file each, which holds a hash of the key and never the key."""

import hmac
import re
import secrets
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec

from services.mcp_front.ports import SCOPES

PREFIX: Final = "eim_"
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")


class ClientName(ValueError):
    """A client's name is up to 32 lower-case letters, digits and hyphens."""


class _Client(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    sha256: str
    scopes: tuple[str, ...]


class ClientKeys:
    """The clients that may connect, in `<home>/clients`. A file's name is the principal."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "clients"

    def issue(self, name: str, scopes: tuple[str, ...] = SCOPES) -> str:
        """Make a new key, which replaces an earlier one, and return it this only time."""
        key = PREFIX + secrets.token_urlsafe(32)
        self._write(self._file(name), _Client(sha256=_digest(key), scopes=scopes))
        return key

    def revoke(self, name: str) -> bool:
        """Take the client's key back; false if it had none."""
        file = self._file(name)
        existed = file.exists()
        file.unlink(missing_ok=True)
        return existed

    def names(self) -> tuple[str, ...]:
        """List who has a key."""
        return tuple(sorted(name for name, _ in self._clients()))

    def principal_of(self, key: str) -> str | None:
        """Return whose key this is. All are compared, so the time taken tells nothing."""
        digest = _digest(key)
        owners = [
            name
            for name, client in self._clients()
            if hmac.compare_digest(client.sha256.encode(), digest.encode())
        ]
        return owners[0] if owners else None

    def scopes_of(self, principal: str) -> tuple[str, ...]:
        """Return what the client may do; nothing once its key was taken back."""
        return next((client.scopes for name, client in self._clients() if name == principal), ())

    def _file(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ClientName(f"{name!r}: {ClientName.__doc__}")
        return self._folder / f"{name}.json"

    def _write(self, file: Path, client: _Client) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = file.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=0o600, exist_ok=False)
        fresh.write_bytes(msgspec.json.encode(client))
        fresh.replace(file)

    def _clients(self) -> Iterator[tuple[str, _Client]]:
        for file in self._folder.glob("*.json"):
            yield file.stem, msgspec.json.decode(file.read_bytes(), type=_Client)


def _digest(key: str) -> str:
    return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
