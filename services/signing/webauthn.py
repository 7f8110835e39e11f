"""Keys and signatures of passkeys (WebAuthn), as the log keeps them: with all that verifies them.

A browser signs what it was asked for, with the page that asked: so a key holds its page, too.
"""

from collections.abc import Callable
from hashlib import sha256
from struct import error as StructError
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicNumbers
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from fido2 import cbor
from fido2.cose import ES256, CoseKey, EdDSA
from fido2.rpid import verify_rp_id
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorAssertionResponse,
    AuthenticatorData,
    CollectedClientData,
    PublicKeyCredentialRpEntity,
    UserVerificationRequirement,
)

from services.signing.wire import Malformed, Reader, string

KIND: Final = "webauthn@enhanced-iterm-mcp"
NO_MODEL: Final = bytes(16)
"""Which model an authenticator is of; we trust none more than another."""
_UNREADABLE: Final = (
    ValueError, TypeError, AttributeError, KeyError, IndexError, StructError, RecursionError
)  # fmt: skip
"""What the readers of CBOR and JSON raise on bytes that are neither."""


class Passkey(NamedTuple):
    """A credential: for which page it is, how its authenticator knows it, and its public key."""

    rp_id: str
    origin: str
    credential_id: bytes
    cose: bytes

    @property
    def blob(self) -> bytes:
        """The key in the binary form of SSH."""
        page = (KIND.encode(), self.rp_id.encode(), self.origin.encode())
        return b"".join(map(string, (*page, self.credential_id, self.cose)))


class Assertion(NamedTuple):
    """What an authenticator hands to the page, each part as it signed it."""

    authenticator_data: bytes
    client_data: bytes
    signature: bytes

    @property
    def blob(self) -> bytes:
        """The signature in the binary form of SSH."""
        return b"".join(map(string, (KIND.encode(), *self)))


def challenge(data: bytes) -> bytes:
    """Return what the page asks the authenticator to sign: a digest of all that is signed."""
    return sha256(data).digest()


def load(key: Reader) -> Callable[[Reader, bytes], None]:
    """Read a key, after its kind. Raises Malformed where nothing could verify with it."""
    try:
        rp_id, origin = key.string().decode("ascii"), key.string().decode("ascii")
        passkey = Passkey(rp_id, origin, key.string(), key.string())
        public = _public(passkey.cose)
    except _UNREADABLE as error:
        raise Malformed(f"a passkey that cannot be read: {error}") from error
    _check_page(passkey)
    return lambda made, message: _verify(passkey, public, _assertion(made), message)


def _verify(passkey: Passkey, public: CoseKey, made: Assertion, message: bytes) -> None:
    """Have the library go through the steps of the standard. Raises Malformed.

    The counter is recorded and not compared: it is 0 for passkeys that a person has on several
    devices, and each signature is for one statement, so that an old one is worth nothing anyway.
    """
    known = AttestedCredentialData.create(NO_MODEL, passkey.credential_id, public)
    server = Fido2Server(
        PublicKeyCredentialRpEntity(name=passkey.rp_id, id=passkey.rp_id),
        verify_origin=lambda origin: origin == passkey.origin,
    )
    asked = {
        "challenge": websafe_encode(challenge(message)),
        "user_verification": UserVerificationRequirement.REQUIRED,
    }
    try:
        response = _response(passkey, made)
        server.authenticate_complete(asked, [known], response)  # pyright: ignore[reportUnknownMemberType] - its state
    except _UNREADABLE as error:
        raise Malformed(str(error)) from error
    if response.response.client_data.cross_origin:
        raise Malformed("it was made in a page within another page")


def _response(passkey: Passkey, made: Assertion) -> AuthenticationResponse:
    return AuthenticationResponse(
        raw_id=passkey.credential_id,
        response=AuthenticatorAssertionResponse(
            client_data=CollectedClientData(made.client_data),
            authenticator_data=AuthenticatorData(made.authenticator_data),
            signature=made.signature,
        ),
    )


def _assertion(made: Reader) -> Assertion:
    return Assertion(made.string(), made.string(), made.string())


def _check_page(passkey: Passkey) -> None:
    at = urlsplit(passkey.origin)
    if f"{at.scheme}://{at.netloc}" != passkey.origin or passkey.origin != passkey.origin.lower():
        raise Malformed("an origin is like https://host or http://localhost:3457")
    if not passkey.credential_id or not verify_rp_id(passkey.rp_id, passkey.origin):
        raise Malformed(f"a passkey of {passkey.rp_id!r} cannot be used at {passkey.origin!r}")


def _public(cose: bytes) -> CoseKey:
    """Read a key in its one spelling, so that it cannot be enrolled twice. Raises ValueError."""
    fields: Any = cbor.decode(cose)  # pyright: ignore[reportUnknownMemberType] - it takes bytes
    key = _spelled(CoseKey.parse(fields), fields)
    if cbor.encode(dict(key)) != cose:
        raise ValueError("its public key is spelled in another way than authenticators do")
    return key


def _spelled(key: CoseKey, fields: Any) -> CoseKey:
    match key:
        case ES256():
            x, y = (int.from_bytes(fields[part]) for part in (-2, -3))
            return ES256.from_cryptography_key(
                EllipticCurvePublicNumbers(x, y, SECP256R1()).public_key()
            )
        case EdDSA():
            return EdDSA.from_cryptography_key(Ed25519PublicKey.from_public_bytes(fields[-2]))
        case _:
            raise ValueError("use one of ES256, EdDSA")
