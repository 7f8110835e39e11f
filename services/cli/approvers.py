"""`eim approvers`, `eim enrol`, `eim revoke`: whose signatures count."""

import asyncio
from pathlib import Path
from typing import Literal

from services.cli.desk import Desk, desk, myself
from services.cli.own_keys import Sign, make_key, read_public
from services.cli.person import new_passphrase
from services.cli.refused import Refused
from services.cli.visible import one_line
from services.contract.approval import Enrol
from services.signing.public_key import PublicKey, public_key
from services.signing.secret_key import SHORTEST
from services.signing.statements import Enrolment, Revocation

FIRST = (
    "This is the first key, taken on trust: every later one must be vouched for by an approver.\n"
    "Enrol a second one as well, best a security key (`eim enrol NAME --key FILE.pub`): where all\n"
    "keys are lost, nobody can enrol another."
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
        Who signs with it: a-z, 0-9, and . _ -
    key
        A public key that exists, such as ~/.ssh/id_ed25519_sk.pub. Without it one is made here.
    vouch
        The key file with which an approver vouches for the new one.
    """
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
        return await at.approvers()


async def _enrol(name: str, key: str, vouch: str) -> None:
    async with desk() as at:
        known = await at.approvers()
        sign = await at.unlocked(vouch) if known else None
        line = await _public(at, name, key)
        signature = await asyncio.to_thread(sign, Enrolment(name, line)) if sign else ""
        await at.enrol(_change("enrol", name, line, signature))
        print(f"{name} can sign now, with the key {public_key(line).fingerprint}.")
        if not known:
            print(FIRST)


async def _public(at: Desk, name: str, key: str) -> str:
    if key:
        return (await asyncio.to_thread(_existing, key)).line
    passphrase = await asyncio.to_thread(new_passphrase, SHORTEST)
    folder = at.station.home.approvers
    made = await asyncio.to_thread(make_key, folder, name, passphrase)
    print(f"The key is in {folder / name}, locked with your passphrase.")
    return made.public.line


def _existing(key: str) -> PublicKey:
    return read_public(Path(key).expanduser())


async def _revoke(name: str, vouch: str) -> None:
    async with desk() as at:
        lines = [key for key, of in (await at.approvers()).items() if of == name]
        if not lines:
            raise Refused(f"{name!r} has no key that counts: eim approvers")
        sign: Sign = await at.unlocked(vouch)
        for line in lines:
            signature = await asyncio.to_thread(sign, Revocation(name, line))
            await at.enrol(_change("revoke", name, line, signature))
        print(f"{name} can sign nothing any more.")


def _change(change: Literal["enrol", "revoke"], name: str, line: str, signature: str) -> Enrol:
    return Enrol(change=change, approver=name, key=line, by=myself(), signature=signature)
