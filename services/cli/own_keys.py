"""The keys that a person at this machine signs with: files of theirs, or devices behind them."""

import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from services.cli.person import ask_passphrase
from services.cli.refused import Refused
from services.runtime.keys import private_file
from services.signing.public_key import PublicKey, public_key
from services.signing.secret_key import NoKeyFile, SecretKey, WrongPassphrase, made, opened
from services.signing.statements import Statement, purpose_of, text_of
from services.signing.wire import Malformed

PATIENCE: Final = 120
"""Seconds for touching a security key."""
OPENED_HERE: Final = "ssh-ed25519"


class Own(msgspec.Struct, frozen=True):
    """A key of the person's, and what signs with it."""

    key: PublicKey
    sign: Callable[[Statement], str]


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


def found(folder: Path, enrolled: Mapping[str, str], chosen: str) -> tuple[Path, PublicKey]:
    """Return the key to sign with: the one that was chosen, else the first that is enrolled."""
    if chosen:
        secret, key = pair(Path(chosen).expanduser())
        if key.line in enrolled:
            return secret, key
        raise Refused(f"{secret} is not enrolled; `eim approvers` lists the keys that are")
    for file in _in(folder):
        with suppress(Refused):  # a file that holds no key is none of ours
            secret, key = pair(file)
            if key.line in enrolled:
                return secret, key
    if enrolled:
        raise Refused(f"no key in {folder} is enrolled: name yours with --key FILE")
    raise Refused("nobody can sign yet: make a key with `eim enrol NAME`, once")


def pair(file: Path) -> tuple[Path, PublicKey]:
    """Return the file of the secret, and the public key beside it. Raises Refused."""
    secret = file.with_suffix("") if file.suffix == ".pub" else file
    public = secret.with_name(f"{secret.name}.pub")
    try:
        return secret, public_key(public.read_text())
    except (OSError, UnicodeDecodeError, Malformed) as error:
        raise Refused(f"{public}: {error}") from error


def unlock(secret: Path, key: PublicKey) -> Own:
    """Return what signs: with the passphrase asked for once, or through ssh-keygen each time."""
    if key.kind != OPENED_HERE:
        return Own(key, lambda statement: _by_ssh_keygen(secret, statement))
    try:
        content = secret.read_bytes()
        mine = opened(content, ask_passphrase(f"Passphrase of {secret}"))
    except (OSError, WrongPassphrase, NoKeyFile) as error:
        raise Refused(f"{secret}: {error}") from error
    if mine.public != key:
        raise Refused(f"{secret} is not the secret of {secret}.pub")
    return Own(key, mine.sign)


def _in(folder: Path) -> Iterator[Path]:
    yield from sorted(folder.glob("*.pub")) if folder.is_dir() else ()


def _by_ssh_keygen(secret: Path, statement: Statement) -> str:
    """Have OpenSSH sign: it knows how to ask for a touch, a PIN or an agent.

    The statement goes through a pipe: a file could be another one by the time it is read.
    """
    command = ["ssh-keygen", "-Y", "sign", "-f", str(secret), "-n", purpose_of(statement)]
    text = text_of(statement)
    try:
        done = subprocess.run(
            command, input=text, stdout=subprocess.PIPE, timeout=PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Refused(f"ssh-keygen did not sign: {error}") from error
    if done.returncode:
        raise Refused(f"ssh-keygen did not sign with {secret}; it said why above")
    return done.stdout.decode()
