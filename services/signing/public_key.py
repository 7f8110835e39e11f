"""Keys that people sign with, and how each kind of them verifies.

PROTOCOL.u2f of OpenSSH says what a security key signs; the others are RFC 8709 and RFC 5656.
"""

import base64
import hashlib
from binascii import Error as NotBase64
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

from services.signing.wire import Malformed, Reader

TOUCHED: Final = 1
"""The flag of a security key that says that a person touched it."""


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
        key, made = Reader(self.blob), Reader(signature)
        try:
            if key.string() != made.string():
                raise Malformed("it is of another kind than the key")
            _VERIFY[self.kind](key, made, message)
        except (ValueError, InvalidSignature) as error:
            raise NotSigned(f"the signature does not hold: {error}") from error


def public_key(line: str) -> PublicKey:
    """Read a line such as `ssh-ed25519 AAAA… comment`. Raises Malformed with the valid kinds."""
    kind, _, rest = line.strip().partition(" ")
    if kind not in _VERIFY:
        raise Malformed(f"a key of the kind {kind[:40]!r}; use one of {', '.join(_VERIFY)}")
    try:
        blob = base64.b64decode(rest.split(" ")[0], validate=True)
    except NotBase64 as error:
        raise Malformed("a public key is a line like `ssh-ed25519 AAAA…`") from error
    return of_blob(blob)


def of_blob(blob: bytes) -> PublicKey:
    """Read a key in the binary form. Raises Malformed."""
    kind = Reader(blob).string().decode("ascii", "replace")
    if kind not in _VERIFY:
        raise Malformed(f"a key of the kind {kind[:40]!r}; use one of {', '.join(_VERIFY)}")
    return PublicKey(kind, blob)


def _ed25519(key: Reader, made: Reader, message: bytes) -> None:
    point, signature = key.string(), made.string()
    key.end()
    made.end()
    Ed25519PublicKey.from_public_bytes(point).verify(signature, message)


def _ecdsa(key: Reader, made: Reader, message: bytes) -> None:
    curve = _p256(key)
    signature = _dss(made.string())
    key.end()
    made.end()
    curve.verify(signature, message, ECDSA(SHA256()))


def _touched_ed25519(key: Reader, made: Reader, message: bytes) -> None:
    point, signature = Ed25519PublicKey.from_public_bytes(key.string()), made.string()
    point.verify(signature, _seen_by_security_key(key, made, message))


def _touched_ecdsa(key: Reader, made: Reader, message: bytes) -> None:
    curve, signature = _p256(key), _dss(made.string())
    curve.verify(signature, _seen_by_security_key(key, made, message), ECDSA(SHA256()))


def _seen_by_security_key(key: Reader, made: Reader, message: bytes) -> bytes:
    application = key.string()
    flags, counter = made.take(1)[0], made.number()
    key.end()
    made.end()
    if not flags & TOUCHED:
        raise Malformed("nobody touched the security key")
    return _sha256(application) + pack(">BI", flags, counter) + _sha256(message)


def _p256(key: Reader) -> EllipticCurvePublicKey:
    if key.string() != b"nistp256":
        raise Malformed("a curve other than nistp256")
    return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), key.string())


def _dss(pair: bytes) -> bytes:
    numbers = Reader(pair)
    r, s = (int.from_bytes(numbers.string()) for _ in range(2))
    numbers.end()
    return encode_dss_signature(r, s)


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


_VERIFY: Final[Mapping[str, Callable[[Reader, Reader, bytes], None]]] = MappingProxyType(
    {
        "ssh-ed25519": _ed25519,
        "ecdsa-sha2-nistp256": _ecdsa,
        "sk-ssh-ed25519@openssh.com": _touched_ed25519,
        "sk-ecdsa-sha2-nistp256@openssh.com": _touched_ecdsa,
    }
)
