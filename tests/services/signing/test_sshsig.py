"""Signatures that `ssh-keygen` and we make, verified by each other."""

import base64
import subprocess
from pathlib import Path
from struct import pack

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from services.signing.public_key import NotSigned, PublicKey, public_key
from services.signing.secret_key import NoKeyFile, SecretKey, WrongPassphrase, made, opened
from services.signing.sshsig import sign, signer
from services.signing.statements import DECISIONS, Approval, text_of
from services.signing.wire import Malformed, string

STATEMENT = Approval("ap1", "c1", "s1", "d1", 7)
TEXT = text_of(STATEMENT)


@pytest.fixture(scope="module")
def key() -> SecretKey:
    """A key of the module's: locking one takes a while, on purpose."""
    return made("a passphrase")[0]


def ssh_keygen(*words: object, text: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = ["ssh-keygen", *map(str, words)]
    return subprocess.run(command, input=text, capture_output=True, timeout=20, check=False)


def accepted(folder: Path, key: PublicKey, signature: str, text: bytes = TEXT) -> bool:
    """Whether ssh-keygen finds the signature to be that of the key."""
    (folder / "signers").write_text(f"ada {key.line}\n")
    (folder / "signature").write_text(signature)
    at = ("-f", folder / "signers", "-I", "ada", "-n", DECISIONS, "-s", folder / "signature")
    return ssh_keygen("-Y", "verify", *at, text=text).returncode == 0


def test_what_we_sign_is_verified_by_ssh_keygen(tmp_path, key):
    assert accepted(tmp_path, key.public, key.sign(STATEMENT))
    assert not accepted(tmp_path, key.public, key.sign(STATEMENT), TEXT + b" ")


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa"])
def test_what_ssh_keygen_signs_is_verified_by_us(tmp_path, kind):
    file = tmp_path / "key"
    ssh_keygen("-t", kind, "-N", "", "-f", file)
    signature = ssh_keygen("-Y", "sign", "-f", file, "-n", DECISIONS, text=TEXT).stdout.decode()
    key = public_key(file.with_suffix(".pub").read_text())
    assert signer(signature, TEXT, DECISIONS) == key
    with pytest.raises(NotSigned):
        signer(signature, TEXT + b" ", DECISIONS)


def security_key(kind: str, application: bytes = b"ssh:"):
    """A security key as PROTOCOL.u2f describes it: its public key, and what signs with it."""
    if kind == "sk-ssh-ed25519@openssh.com":
        secret = Ed25519PrivateKey.generate()
        point = secret.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        blob = b"".join(map(string, (kind.encode(), point, application)))
        return PublicKey(kind, blob), lambda data: string(secret.sign(data))
    secret = generate_private_key(SECP256R1())
    point = secret.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    blob = b"".join(map(string, (kind.encode(), b"nistp256", point, application)))

    def pair(data: bytes) -> bytes:
        r, s = decode_dss_signature(secret.sign(data, ECDSA(SHA256())))
        return string(string(r.to_bytes(33)) + string(s.to_bytes(33)))

    return PublicKey(kind, blob), pair


def sha256(data: bytes) -> bytes:
    digest = Hash(SHA256())
    digest.update(data)
    return digest.finalize()


def touched(kind: str, pair, flags: int = 1):
    """What a security key answers: the signature, flags and counter."""

    def make(data: bytes) -> bytes:
        seen = sha256(b"ssh:") + pack(">BI", flags, 7) + sha256(data)
        return string(kind.encode()) + pair(seen) + pack(">BI", flags, 7)

    return make


SECURITY_KEYS = ["sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com"]


@pytest.mark.parametrize("kind", SECURITY_KEYS)
def test_a_security_key_is_verified_as_ssh_keygen_does(tmp_path, kind):
    key, pair = security_key(kind)
    signature = sign(TEXT, DECISIONS, key, touched(kind, pair))
    assert accepted(tmp_path, key, signature)
    assert signer(signature, TEXT, DECISIONS) == key


@pytest.mark.parametrize("kind", SECURITY_KEYS)
def test_a_security_key_that_nobody_touched_signs_nothing(kind):
    key, pair = security_key(kind)
    signature = sign(TEXT, DECISIONS, key, touched(kind, pair, flags=0))
    with pytest.raises(NotSigned, match="touched"):
        signer(signature, TEXT, DECISIONS)


def test_a_signature_for_another_purpose_is_none(key):
    with pytest.raises(NotSigned, match="purpose"):
        signer(key.sign(STATEMENT), TEXT, "file")


def test_a_key_file_is_what_ssh_keygen_reads(tmp_path):
    key, content = made("a passphrase")
    file = tmp_path / "key"
    file.write_bytes(content)
    file.chmod(0o600)
    shown = ssh_keygen("-y", "-P", "a passphrase", "-f", file).stdout.decode()
    assert public_key(shown) == key.public == opened(content, "a passphrase").public


def test_a_wrong_passphrase_is_told_from_what_is_no_key():
    _, content = made("a passphrase")
    with pytest.raises(WrongPassphrase):
        opened(content, "another")
    with pytest.raises(NoKeyFile):
        opened(b"hello", "another")


@pytest.mark.parametrize(
    "line", ["", "ssh-rsa AAAA", "ssh-ed25519", "ssh-ed25519 ?", "ssh-ed25519 AAAA", "x" * 9999]
)
def test_what_is_no_public_key_is_said_to_be_none(line):
    with pytest.raises(Malformed):
        public_key(line)


@pytest.mark.parametrize("cut", range(0, 300, 7))
def test_a_signature_with_a_changed_byte_is_none(key, cut):
    first, *lines, last = key.sign(STATEMENT).strip().splitlines()
    blob = bytearray(base64.b64decode("".join(lines)))
    blob[cut % len(blob)] ^= 1
    with pytest.raises(NotSigned):
        signer(f"{first}\n{base64.b64encode(blob).decode()}\n{last}\n", TEXT, DECISIONS)
