"""An authenticator in software: makes passkeys and assertions byte by byte, as WebAuthn says."""

import base64
import hashlib
import json
from struct import pack

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from services.signing.passkey import challenge_for, public, signature
from services.signing.public_key import PublicKey
from services.signing.statements import Statement
from services.signing.webauthn import Assertion, Passkey

PRESENT, VERIFIED = 0x01, 0x04
RP_ID, ORIGIN = "localhost", "http://localhost:3457"


class Authenticator:
    """One passkey for one page, and whoever touches it."""

    def __init__(self, kind: str = "ES256", rp_id: str = RP_ID, origin: str = ORIGIN) -> None:
        self.rp_id, self.origin = rp_id, origin
        self._key = generate_private_key(SECP256R1()) if kind == "ES256" else None
        self._edwards = Ed25519PrivateKey.generate()
        self.passkey = Passkey(rp_id, origin, b"credential", self._cose())

    @property
    def public(self) -> PublicKey:
        """The key as it is enrolled."""
        return public(self.passkey)

    def sign(self, statement: Statement) -> str:
        """Do what a page and an authenticator do together to sign a statement."""
        return signature(statement, self.public, self.asserted(challenge_for(statement)))

    def asserted(
        self, challenge: bytes, /, *, flags: int = PRESENT | VERIFIED, **said: object
    ) -> Assertion:
        """Make an assertion; `said` are fields of what the browser says, in place of the usual."""
        authenticator_data = sha256(self.rp_id.encode()) + pack(">BI", flags, 0)
        client_data = json.dumps(
            {
                "type": "webauthn.get",
                "challenge": base64.urlsafe_b64encode(challenge).decode().rstrip("="),
                "origin": self.origin,
                "crossOrigin": False,
                **said,
            }
        ).encode()
        made = self.signed(authenticator_data + sha256(client_data))
        return Assertion(authenticator_data, client_data, made)

    def signed(self, data: bytes) -> bytes:
        """Sign bytes with the secret key."""
        if self._key:
            return self._key.sign(data, ECDSA(SHA256()))
        return self._edwards.sign(data)

    def _cose(self) -> bytes:
        """Spell the public key as authenticators do (RFC 9053), in CBOR by hand."""
        if not self._key:
            raw = self._edwards.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
            return bytes.fromhex("a4010103272006215820") + raw
        point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        x, y = point[1:33], point[33:]
        return bytes.fromhex("a5010203262001215820") + x + bytes.fromhex("225820") + y


def sha256(data: bytes) -> bytes:
    """Return the digest."""
    return hashlib.sha256(data).digest()
