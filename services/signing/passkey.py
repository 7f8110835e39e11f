"""What a page asks a passkey for, and what it makes of the answer: signatures like all others."""

from services.signing.public_key import PublicKey, of_blob
from services.signing.sshsig import sign, signed_data
from services.signing.statements import Statement, purpose_of, text_of
from services.signing.webauthn import Assertion, Passkey, challenge


def public(passkey: Passkey) -> PublicKey:
    """Return the key as it is enrolled. Raises Malformed where it could never verify."""
    return of_blob(passkey.blob)


def challenge_for(statement: Statement) -> bytes:
    """Return the challenge that stands for a statement and its purpose."""
    return challenge(signed_data(text_of(statement), purpose_of(statement)))


def signature(statement: Statement, key: PublicKey, made: Assertion) -> str:
    """Return the signature of a statement, from what the authenticator made of its challenge."""
    return sign(text_of(statement), purpose_of(statement), key, lambda _: made.blob)
