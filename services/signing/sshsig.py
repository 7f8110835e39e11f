"""Signatures of a text, as `ssh-keygen -Y sign` makes them (PROTOCOL.sshsig of OpenSSH)."""

import base64
import hashlib
from collections.abc import Callable
from struct import pack
from typing import Final

from services.signing.public_key import NotSigned, PublicKey, of_blob
from services.signing.wire import Malformed, Reader, string

MAGIC: Final = b"SSHSIG"
VERSION: Final = 1
HASH: Final = b"sha512"
HASHES: Final = {b"sha256": hashlib.sha256, b"sha512": hashlib.sha512}
BEGIN, END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
LONGEST: Final = 4096
_WIDTH: Final = 70


def sign(text: bytes, namespace: str, key: PublicKey, make: Callable[[bytes], bytes]) -> str:
    """Return the signature of a text; `make` signs what it is given with the key's secret."""
    made = make(signed_data(text, namespace))
    parts = (key.blob, namespace.encode(), b"", HASH, made)
    return _armoured(MAGIC + pack(">I", VERSION) + b"".join(map(string, parts)))


def signed_data(text: bytes, namespace: str) -> bytes:
    """Return what a key signs for this purpose: the digest of the text, and what it is for."""
    return _signed(namespace.encode(), HASH, text)


def signer(signature: str, text: bytes, namespace: str) -> PublicKey:
    """Return the key that signed the text for this namespace. Raises NotSigned."""
    if len(signature) > LONGEST:
        raise NotSigned(f"a signature has at most {LONGEST} characters")
    try:
        reader = Reader(_unarmoured(signature))
        if reader.take(len(MAGIC)) != MAGIC or reader.number() != VERSION:
            raise NotSigned("this is no signature of version 1")
        key = of_blob(reader.string())
        meant, reserved, used, made = (reader.string() for _ in range(4))
        reader.end()
    except Malformed as error:
        raise NotSigned(f"this is no signature: {error}") from error
    if meant != namespace.encode():
        raise NotSigned("it was made for another purpose")
    if reserved or used not in HASHES:
        raise NotSigned("its hash is not sha256 or sha512, or it says more than it should")
    key.verify(made, _signed(meant, used, text))
    return key


def _signed(namespace: bytes, used: bytes, text: bytes) -> bytes:
    parts = (namespace, b"", used, HASHES[used](text).digest())
    return MAGIC + b"".join(map(string, parts))


def _armoured(blob: bytes) -> str:
    letters = base64.b64encode(blob).decode()
    lines = [letters[at : at + _WIDTH] for at in range(0, len(letters), _WIDTH)]
    return "\n".join([BEGIN, *lines, END, ""])


def _unarmoured(signature: str) -> bytes:
    lines = signature.strip("\n").split("\n")
    if len(lines) < 3 or (lines[0], lines[-1]) != (BEGIN, END):
        raise Malformed(f"it does not begin with {BEGIN}")
    try:
        return base64.b64decode("".join(lines[1:-1]), validate=True)
    except ValueError as error:
        raise Malformed(str(error)) from error
