"""`eim approvers`, `eim enrol`, `eim revoke`: whose signatures count."""

import asyncio
from pathlib import Path
from typing import Final

from services.cli.desk import Desk, desk, myself
from services.cli.own_keys import Own, make_key, pair, unlock
from services.cli.person import new_passphrase
from services.cli.refused import Refused
from services.contract.approval import Enrol
from services.signing.public_key import public_key
from services.signing.secret_key import SHORTEST
from services.signing.statements import NAME, Enrolment, Revocation
from services.words.visible import one_line

FIRST: Final = (
    "This is the first key, taken on trust: every later one must be vouched for by an approver.\n"
    "Enrol a second one as well, best a security key (`eim enrol NAME --key FILE.pub`): where all\n"
    "keys are lost, nobody can enrol another."
)
UNTOUCHED: Final = (
    "Whatever runs as you can sign with this key where it has no passphrase, or while an agent\n"
    "holds it. A security key asks for your touch."
)


def approvers() -> int:
    """List the approvers, each with the fingerprint of the key."""
    names = asyncio.run(_listed())
    for key, name in names.items():
        print(f"{one_line(name):<33} {public_key(key).fingerprint}  {key.split()[0]}")
    if not names:
        print("Nobody can sign yet. Make a key with: eim enrol NAME")
    return 0


def enrol(name: str, /, *, key: str = "", vouch: str = "") -> int:
    """Let a key sign decisions.

    Parameters
    ----------
    name
        Who signs with it: a-z, 0-9, _ and -
    key
        A key that exists, such as ~/.ssh/id_ed25519_sk.pub. Without it one is made here.
    vouch
        The key file with which an approver vouches for the new one.
    """
    if not NAME.fullmatch(name):
        raise Refused(f"{name!r}: a name is made of a-z, 0-9, _ and -, at most 32 of them")
    asyncio.run(_enrol(name, key, vouch))
    return 0


def revoke(name: str, /, *, vouch: str = "") -> int:
    """Take all keys of an approver back.

    Parameters
    ----------
    name
        Whose keys.
    vouch
        The key file with which an approver signs that.
    """
    asyncio.run(_revoke(name, vouch))
    return 0


async def _listed() -> dict[str, str]:
    async with desk() as at:
        return (await at.approvers()).names


async def _enrol(name: str, key: str, vouch: str) -> None:
    async with desk() as at:
        known = await at.approvers()
        voucher = await at.unlocked(vouch) if known.names else None
        own = await asyncio.to_thread(_existing, key) if key else await _made(at, name)
        statement = Enrolment(name, own.key.line, known.history)
        proof = await asyncio.to_thread(own.sign, statement)
        signature = await asyncio.to_thread(voucher.sign, statement) if voucher else ""
        await at.enrol(
            Enrol(
                change="enrol",
                approver=name,
                key=own.key.line,
                by=myself(),
                signature=signature,
                proof=proof,
            )
        )
        print(f"{name} can sign now, with the key {own.key.fingerprint}.")
        if key and not own.key.kind.startswith("sk-"):
            print(UNTOUCHED)
        if not known.names:
            print(FIRST)


def _existing(key: str) -> Own:
    return unlock(*pair(Path(key).expanduser()))


async def _made(at: Desk, name: str) -> Own:
    passphrase = await asyncio.to_thread(new_passphrase, SHORTEST)
    folder = at.station.home.approvers
    made = await asyncio.to_thread(make_key, folder, name, passphrase)
    print(f"The key is in {folder / name}, locked with your passphrase.")
    return Own(made.public, made.sign)


async def _revoke(name: str, vouch: str) -> None:
    async with desk() as at:
        known = await at.approvers()
        lines = [key for key, of in known.names.items() if of == name]
        if not lines:
            raise Refused(f"{name!r} has no key that counts: eim approvers")
        own = await at.unlocked(vouch)
        for line in sorted(lines, key=lambda line: line == own.key.line):  # the one that signs last
            history = (await at.approvers()).history
            signature = await asyncio.to_thread(own.sign, Revocation(name, line, history))
            await at.enrol(
                Enrol(change="revoke", approver=name, key=line, by=myself(), signature=signature)
            )
        print(f"{name} can sign nothing any more.")
