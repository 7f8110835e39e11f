"""The keys that a person at this machine signs with: files of theirs, or devices behind them."""

import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from services.cli.person import ask_passphrase
from services.cli.refused import Refused
from services.runtime.keys import private_file
from services.signing.public_key import PublicKey, public_key
from services.signing.secret_key import NoKeyFile, SecretKey, WrongPassphrase, made, opened
from services.signing.statements import Statement, purpose_of, text_of
from services.signing.wire import Malformed

type Sign = Callable[[Statement], str]

PATIENCE: Final = 120
"""Seconds for touching a security key."""
OPENED_HERE: Final = "ssh-ed25519"


def make_key(folder: Path, name: str, passphrase: str) -> SecretKey:
    """Make a key and keep it, locked. Raises Refused where there is one of that name."""
    file = folder / name
    if file.exists():
        raise Refused(f"{file} is there already: give it with --key {file}.pub, or choose a name")
    key, content = made(passphrase)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    private_file(file, content)
    file.with_name(f"{name}.pub").write_text(f"{key.public.line} {name}\n")
    return key


def read_public(file: Path) -> PublicKey:
    """Read a public key. Raises Refused."""
    try:
        return public_key(file.read_text())
    except (OSError, UnicodeDecodeError, Malformed) as error:
        raise Refused(f"{file}: {error}") from error


def found(folder: Path, enrolled: dict[str, str], chosen: str) -> tuple[Path, PublicKey]:
    """Return the key to sign with: the one that was chosen, else the first that is enrolled."""
    for file in [Path(chosen).expanduser()] if chosen else _in(folder):
        secret = file.with_suffix("") if file.suffix == ".pub" else file
        key = read_public(secret.with_name(f"{secret.name}.pub"))
        if key.line in enrolled:
            return secret, key
        if chosen:
            raise Refused(f"{file} is not enrolled; `eim approvers` lists the keys that are")
    if enrolled:
        raise Refused(f"no key in {folder} is enrolled: name yours with --key FILE")
    raise Refused("nobody can sign yet: make a key with `eim enrol NAME`, once")


def unlock(secret: Path, key: PublicKey) -> Sign:
    """Return what signs: with the passphrase asked for once, or through ssh-keygen each time."""
    if key.kind != OPENED_HERE:
        return lambda statement: _by_ssh_keygen(secret, statement)
    content = secret.read_bytes()
    passphrase = ask_passphrase(f"Passphrase of {secret}")
    try:
        return opened(content, passphrase).sign
    except (WrongPassphrase, NoKeyFile) as error:
        raise Refused(f"{secret}: {error}") from error


def _in(folder: Path) -> Iterator[Path]:
    yield from sorted(folder.glob("*.pub")) if folder.is_dir() else ()


def _by_ssh_keygen(secret: Path, statement: Statement) -> str:
    """Have OpenSSH sign: it knows how to ask for a touch, a PIN or an agent."""
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "statement"
        text.write_bytes(text_of(statement))
        command = [
            "ssh-keygen",
            "-Y",
            "sign",
            "-q",
            "-f",
            secret,
            "-n",
            purpose_of(statement),
            text,
        ]
        try:
            done = subprocess.run(command, timeout=PATIENCE, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Refused(f"ssh-keygen did not sign: {error}") from error
        if done.returncode:
            raise Refused(f"ssh-keygen did not sign with {secret}; it said why above")
        return text.with_name("statement.sig").read_text()
