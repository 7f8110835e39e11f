"""Passkeys: only what an authenticator signed for this page, this person and this statement."""

import base64
import hashlib

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from events.approvers import ApproverEnrolled
from services.signing.passkey import challenge_for, public, signature
from services.signing.public_key import NotSigned, public_key
from services.signing.sshsig import signer
from services.signing.statements import DECISIONS, Approval, Revocation, purpose_of, text_of
from services.signing.trust import objection, signed_by, statement_of
from services.signing.webauthn import KIND, Assertion
from services.signing.wire import Malformed, Reader
from tests.support.approvers import enrolment, key_of, trust_after
from tests.support.authenticator import PRESENT, VERIFIED, Authenticator

pytestmark = pytest.mark.pure

STATEMENT = Approval("ap1", "c1", "s1", "d1", 7)
OTHER = Approval("ap1", "c1", "s1", "d2", 7)
KINDS = pytest.mark.parametrize("kind", ["ES256", "EdDSA"])
ADA = Authenticator()


def holds(made: str, statement=STATEMENT) -> bool:
    try:
        return signer(made, text_of(statement), purpose_of(statement)).kind == KIND
    except NotSigned:
        return False


def of(assertion: Assertion, by: Authenticator = ADA) -> str:
    return signature(STATEMENT, by.public, assertion)


def asserted(**changes: object) -> Assertion:
    return ADA.asserted(challenge_for(STATEMENT), **changes)


@KINDS
def test_what_a_passkey_signs_is_verified(kind):
    device = Authenticator(kind)
    assert signer(device.sign(STATEMENT), text_of(STATEMENT), DECISIONS) == device.public


@KINDS
def test_a_passkey_signs_for_one_statement_only(kind):
    assert not holds(Authenticator(kind).sign(STATEMENT), OTHER)


def test_a_passkey_signs_for_one_purpose_only():
    """The statement of an approval is worth nothing as an enrolment of whoever has that name."""
    revocation = Revocation("ada", "key", "")
    with pytest.raises(NotSigned):
        signer(ADA.sign(revocation), text_of(revocation), DECISIONS)


def test_the_challenge_is_a_digest_that_names_statement_and_purpose():
    text = hashlib.sha512(text_of(STATEMENT)).digest()
    purpose = b"approve@enhanced-iterm-mcp"
    data = b"SSHSIG\0\0\0\x1a" + purpose + b"\0\0\0\0\0\0\0\x06sha512\0\0\0\x40" + text
    assert challenge_for(STATEMENT) == hashlib.sha256(data).digest()


def test_the_challenge_must_be_that_of_the_statement():
    assert holds(of(ADA.asserted(challenge_for(STATEMENT))))
    assert not holds(of(ADA.asserted(challenge_for(OTHER))))
    assert not holds(of(ADA.asserted(b"")))


@pytest.mark.parametrize(
    "said",
    [
        {"origin": "http://localhost:3458"},
        {"origin": "https://localhost:3457"},
        {"origin": "http://localhost:3457/"},
        {"origin": "http://evil.example"},
        {"type": "webauthn.create"},
        {"crossOrigin": True},
        {"origin": None},
        {"challenge": 7},
    ],
    ids=str,
)
def test_a_browser_must_say_that_it_was_our_page(said):
    assert not holds(of(asserted(**said)))


@pytest.mark.parametrize("flags", [0, PRESENT, VERIFIED])
def test_a_person_must_have_been_there_and_have_proven_who_they_are(flags):
    assert not holds(of(asserted(flags=flags)))


def test_the_authenticator_must_have_signed_for_our_page():
    elsewhere = Authenticator(rp_id="evil.example", origin="https://evil.example")
    made = elsewhere.asserted(challenge_for(STATEMENT), origin=ADA.origin)
    key = public(ADA.passkey._replace(cose=elsewhere.passkey.cose))
    assert not holds(signature(STATEMENT, key, made))


@pytest.mark.parametrize("part", ["authenticator_data", "client_data", "signature"])
def test_nothing_of_it_can_be_changed(part):
    made = asserted()
    changed = bytearray(getattr(made, part))
    changed[-1] ^= 1
    assert not holds(of(made._replace(**{part: bytes(changed)})))


def test_what_the_browser_said_cannot_be_changed_within_its_form():
    made = asserted(extra="a")
    assert holds(of(made))
    assert not holds(of(made._replace(client_data=made.client_data.replace(b'"a"', b'"b"'))))


@KINDS
def test_the_signature_must_be_that_of_the_key(kind):
    assert not holds(of(asserted(), by=Authenticator(kind)))


@settings(deadline=None)
@given(st.binary(max_size=80), st.binary(max_size=80), st.binary(max_size=80))
def test_whatever_bytes_come_in_its_place_are_no_signature(data, client, made):
    assert not holds(of(Assertion(data, client, made)))


@settings(deadline=None)
@given(st.integers(0, 255), st.binary(max_size=120))
def test_whatever_follows_in_what_the_authenticator_says_is_no_signature(flags, rest):
    """With some flags more is read: another key, and extensions, in CBOR."""
    assume((flags, rest) != (PRESENT | VERIFIED, b""))  # which is what the key did sign
    said = hashlib.sha256(b"localhost").digest() + bytes([flags]) + bytes(4) + rest
    assert not holds(of(asserted()._replace(authenticator_data=said)))


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_whatever_bytes_come_as_a_key_are_none(cose):
    with pytest.raises(Malformed):
        public(ADA.passkey._replace(cose=cose))


@pytest.mark.parametrize(
    "page",
    [
        {"rp_id": "other"},
        {"rp_id": ""},
        {"origin": "http://localhost:3457/"},
        {"origin": "http://LOCALHOST:3457"},
        {"origin": "http://example.com", "rp_id": "example.com"},
        {"origin": "https://evil.example", "rp_id": "example.com"},
        {"credential_id": b""},
    ],
    ids=str,
)
def test_a_passkey_is_for_a_page_that_it_can_be_used_at(page):
    with pytest.raises(Malformed):
        public(ADA.passkey._replace(**page))


def test_a_passkey_may_be_for_a_server_with_a_certificate():
    assert public(ADA.passkey._replace(origin="https://eim.example.com", rp_id="example.com"))


def test_a_key_has_one_spelling():
    cose = ADA.passkey.cose
    reordered = cose[:1] + cose[3:5] + cose[1:3] + cose[5:]
    with pytest.raises(Malformed):
        public(ADA.passkey._replace(cose=reordered))


def test_a_key_is_a_line_as_all_keys_are():
    line = ADA.public.line
    assert public_key(line) == ADA.public
    assert Reader(base64.b64decode(line.split()[1])).string() == KIND.encode()


def enrolled(device: Authenticator, name: str, *before, by: str = "") -> ApproverEnrolled:
    fact = ApproverEnrolled(approver=name, key=device.public.line, by=f"cli:{name}")
    said = statement_of(fact, trust_after(*before).history)
    vouched = key_of(by).sign(said) if by else ""
    return replace(fact, proof=device.sign(said), signature=vouched)


@KINDS
def test_a_passkey_is_enrolled_as_other_keys_are_and_can_vouch_for_the_next(kind):
    first = enrolment("ann")
    device = Authenticator(kind)
    second = enrolled(device, "bob", first, by="ann")
    trust = trust_after(first, second)
    assert trust.keys[device.public.line] == "bob"
    assert signed_by(STATEMENT, device.sign(STATEMENT), trust.keys) == "bob"
    third = ApproverEnrolled(approver="eve", key=key_of("eve").public.line, by="cli:eve")
    said = statement_of(third, trust.history)
    third = replace(third, proof=key_of("eve").sign(said), signature=device.sign(said))
    assert objection(third, trust) == ""


def test_a_passkey_that_nobody_vouches_for_is_not_enrolled():
    first = enrolment("ann")
    assert objection(enrolled(ADA, "eve", first), trust_after(first))


def test_a_passkey_must_prove_itself_when_it_is_enrolled():
    first = enrolment("ann")
    fact = enrolled(Authenticator(), "bob", first, by="ann")
    assert objection(replace(fact, key=ADA.public.line), trust_after(first))
