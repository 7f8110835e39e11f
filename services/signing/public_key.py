"""Keys that people sign with, and how each kind of them verifies.

PROTOCOL.u2f of OpenSSH says what a security key signs, WebAuthn what a passkey does; the others are
RFC 8709 and RFC 5656.
"""

import base64
import hashlib
from collections.abc import Callable, Mapping
from struct import pack
from types import MappingProxyType
from typing import Final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from services.signing import webauthn
from services.signing.wire import Malformed, Reader

TOUCHED: Final = 1
"""The flag of a security key that says that a person touched it."""
LONGEST: Final = 1024
"""Characters of a key."""
POINT: Final = 65
"""Bytes of a point of nistp256 in the one form that counts, so that a key has one spelling."""

type Verify = Callable[[Reader, bytes], None]
"""Checks a signature of a message. Raises InvalidSignature, Malformed, ValueError."""


class NotSigned(ValueError):
    """The signature does not hold."""


class PublicKey(msgspec.Struct, frozen=True):
    """A public key: its kind, and the key in the binary form of SSH."""

    kind: str
    blob: bytes

    @property
    def line(self) -> str:
        """The key as a line of `authorized_keys`, without a comment."""
        return f"{self.kind} {base64.b64encode(self.blob).decode()}"

    @property
    def fingerprint(self) -> str:
        """What `ssh-keygen -l` shows."""
        digest = base64.b64encode(hashlib.sha256(self.blob).digest()).decode()
        return f"SHA256:{digest.rstrip('=')}"

    def verify(self, signature: bytes, message: bytes) -> None:
        """Raise NotSigned, unless this key made the signature of the message."""
        made = Reader(signature)
        try:
            if made.string() != self.kind.encode():
                raise Malformed("it is of another kind than the key")
            _read(self.blob)(made, message)
            made.end()
        except (ValueError, InvalidSignature) as error:
            raise NotSigned(f"the signature does not hold: {error}") from error


def public_key(line: str) -> PublicKey:
    """Read a line such as `ssh-ed25519 AAAA… comment`. Raises Malformed with the valid kinds."""
    kind, _, rest = line.strip().partition(" ")
    _check_kind(kind)
    try:
        blob = base64.b64decode(rest[:LONGEST].split(" ")[0], validate=True)
    except ValueError as error:
        raise Malformed("a public key is a line like `ssh-ed25519 AAAA…`") from error
    return of_blob(blob)


def of_blob(blob: bytes) -> PublicKey:
    """Read a key in the binary form. Raises Malformed, also where nothing could verify with it."""
    kind = Reader(blob).string().decode("ascii", "replace")
    _check_kind(kind)
    _read(blob)
    return PublicKey(kind, blob)


def _check_kind(kind: str) -> None:
    if kind not in _KINDS:
        raise Malformed(f"a key of the kind {kind[:40]!r}; use one of {', '.join(_KINDS)}")


def _read(blob: bytes) -> Verify:
    key = Reader(blob)
    load = _KINDS[key.string().decode()]
    try:
        verify = load(key)
    except ValueError as error:
        raise Malformed(f"a key that nothing verifies with: {error}") from error
    key.end()
    return verify


def _ed25519(key: Reader) -> Verify:
    point = Ed25519PublicKey.from_public_bytes(key.string())
    return lambda made, message: point.verify(made.string(), message)


def _ecdsa(key: Reader) -> Verify:
    curve = _p256(key)
    return lambda made, message: curve.verify(_dss(made), message, ECDSA(SHA256()))


def _touched_ed25519(key: Reader) -> Verify:
    point, application = Ed25519PublicKey.from_public_bytes(key.string()), key.string()

    def verify(made: Reader, message: bytes) -> None:
        signature = made.string()
        point.verify(signature, _seen_by_security_key(application, made, message))

    return verify


def _touched_ecdsa(key: Reader) -> Verify:
    curve, application = _p256(key), key.string()

    def verify(made: Reader, message: bytes) -> None:
        signature = _dss(made)
        seen = _seen_by_security_key(application, made, message)
        curve.verify(signature, seen, ECDSA(SHA256()))

    return verify


def _seen_by_security_key(application: bytes, made: Reader, message: bytes) -> bytes:
    flags, counter = made.take(1)[0], made.number()
    if not flags & TOUCHED:
        raise Malformed("nobody touched the security key")
    return _sha256(application) + pack(">BI", flags, counter) + _sha256(message)


def _p256(key: Reader) -> EllipticCurvePublicKey:
    curve, point = key.string(), key.string()
    if curve != b"nistp256" or len(point) != POINT:
        raise Malformed("it is no uncompressed point of nistp256")
    return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)


def _dss(made: Reader) -> bytes:
    numbers = Reader(made.string())
    r, s = (int.from_bytes(numbers.string()) for _ in range(2))
    numbers.end()
    return encode_dss_signature(r, s)


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


_KINDS: Final[Mapping[str, Callable[[Reader], Verify]]] = MappingProxyType(
    {
        "ssh-ed25519": _ed25519,
        "ecdsa-sha2-nistp256": _ecdsa,
        "sk-ssh-ed25519@openssh.com": _touched_ed25519,
        "sk-ecdsa-sha2-nistp256@openssh.com": _touched_ecdsa,
        webauthn.KIND: webauthn.load,
    }
)
