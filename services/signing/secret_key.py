"""A person's own key in a file, locked with a passphrase: the form that `ssh-keygen` makes."""

from typing import Final

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    PublicFormat,
    load_ssh_private_key,
)

from services.signing.public_key import PublicKey, public_key
from services.signing.sshsig import sign
from services.signing.statements import Statement, purpose_of, text_of
from services.signing.wire import string

SHORTEST: Final = 8
"""Characters of a passphrase: whatever runs as this user can read the file and try."""


class WrongPassphrase(ValueError):
    """The passphrase does not open this key."""


class NoKeyFile(ValueError):
    """The file holds no Ed25519 key of OpenSSH."""


class SecretKey(msgspec.Struct, frozen=True):
    """A key that is open, in memory only."""

    public: PublicKey
    _key: Ed25519PrivateKey

    def __repr__(self) -> str:
        return f"SecretKey({self.public.fingerprint})"

    def sign(self, statement: Statement) -> str:
        """Return the signature of a statement."""
        return sign(text_of(statement), purpose_of(statement), self.public, self._sign)

    def _sign(self, data: bytes) -> bytes:
        return string(self.public.kind.encode()) + string(self._key.sign(data))


def made(passphrase: str) -> tuple[SecretKey, bytes]:
    """Make a key; return it, and the content of its file."""
    key = Ed25519PrivateKey.generate()
    lock = BestAvailableEncryption(passphrase.encode())
    return _of(key), key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, lock)


def opened(content: bytes, passphrase: str) -> SecretKey:
    """Open a key file. Raises WrongPassphrase, NoKeyFile."""
    try:
        key = load_ssh_private_key(content, passphrase.encode())
    except (ValueError, TypeError) as error:  # a TypeError for a key without, or no, passphrase
        if _is_key_file(content):
            raise WrongPassphrase("the passphrase does not open this key") from error
        raise NoKeyFile("this is no private key of OpenSSH") from error
    except UnsupportedAlgorithm as error:
        raise NoKeyFile(f"this key cannot be opened here: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise NoKeyFile("only Ed25519 keys are opened here; others sign through ssh-keygen")
    return _of(key)


def _of(key: Ed25519PrivateKey) -> SecretKey:
    line = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    return SecretKey(public_key(line.decode()), key)


def _is_key_file(content: bytes) -> bool:
    return content.lstrip().startswith(b"-----BEGIN OPENSSH PRIVATE KEY-----")
