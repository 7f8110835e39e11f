"""Whose signatures count: the first key is taken on trust, each later one needs an earlier one's.

So whoever can write to the log, but has no approver's key, can add none. A signature is for one
place in this history, so one of before cannot be used again.
"""

import hashlib
from collections.abc import Mapping
from functools import lru_cache

import msgspec

from events.approvers import ApproverEnrolled
from projections.approvers import ApproverFact, Approvers
from services.signing.public_key import NotSigned, public_key
from services.signing.sshsig import signer
from services.signing.statements import NAME, Enrolment, Revocation, Statement, purpose_of, text_of
from services.signing.wire import Malformed

type Keys = Mapping[str, str]
"""The approvers by their keys, each key a line as in `authorized_keys`."""


class Trust(msgspec.Struct, frozen=True):
    """The keys that count, and a digest of how that came to be; empty where nobody is enrolled."""

    keys: Keys = {}
    history: str = ""


@lru_cache(8)
def trusted(approvers: Approvers) -> Trust:
    """Return whose keys count after these facts. One that may not be changes nothing."""
    trust = Trust()
    for fact in approvers.facts:
        if not objection(fact, trust):
            trust = _after(fact, trust)
    return trust


def objection(fact: ApproverFact, trust: Trust) -> str:
    """Return why a fact does not count, empty where it does."""
    if not NAME.fullmatch(fact.approver):
        return "a name is made of a-z, 0-9, _ and -, at most 32 of them"
    if why := _not_a_key(fact.key):
        return why
    if isinstance(fact, ApproverEnrolled):
        return _unfit(fact, trust)
    if trust.keys.get(fact.key) != fact.approver:
        return "this key is not enrolled"
    return "" if _vouched(fact, trust) else "an approver who is enrolled must sign this"


def signed_by(statement: Statement, signature: str, keys: Keys) -> str:
    """Return the approver who signed the statement. Raises NotSigned."""
    key = signer(signature, text_of(statement), purpose_of(statement))
    if key.line not in keys:
        raise NotSigned(f"the key {key.fingerprint} is not enrolled: eim approvers")
    return keys[key.line]


def statement_of(fact: ApproverFact, history: str) -> Enrolment | Revocation:
    """Return what is signed for a fact."""
    kind = Enrolment if isinstance(fact, ApproverEnrolled) else Revocation
    return kind(fact.approver, fact.key, history)


def _unfit(fact: ApproverEnrolled, trust: Trust) -> str:
    if fact.key in trust.keys:
        return f"this key is that of {trust.keys[fact.key]} already"
    if not _holds(fact, fact.proof, {fact.key: fact.approver}, trust):
        return "the new key must sign this, too"
    if not trust.history:
        return "" if not fact.signature else "nobody can vouch for the first key"
    if not trust.keys:
        return "all keys were revoked, so nobody can vouch for a new one"
    return "" if _vouched(fact, trust) else "an approver who is enrolled must sign this"


def _vouched(fact: ApproverFact, trust: Trust) -> bool:
    return _holds(fact, fact.signature, trust.keys, trust)


def _holds(fact: ApproverFact, signature: str, keys: Keys, trust: Trust) -> bool:
    try:
        signed_by(statement_of(fact, trust.history), signature, keys)
    except NotSigned:
        return False
    return True


def _after(fact: ApproverFact, trust: Trust) -> Trust:
    keys = dict(trust.keys)
    if isinstance(fact, ApproverEnrolled):
        keys[fact.key] = fact.approver
    else:
        del keys[fact.key]
    said = text_of(statement_of(fact, trust.history))
    return Trust(keys, hashlib.sha256(said).hexdigest())


def _not_a_key(line: str) -> str:
    try:
        spelled = public_key(line).line
    except Malformed as error:
        return f"this is no key that can sign here: {error}"
    return "" if spelled == line else "a key is given as `ssh-ed25519 AAAA…`, without a comment"
