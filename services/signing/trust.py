"""Whose signatures count: the first key is taken on trust, each later one needs an earlier one's.

So whoever can write to the log, but has no approver's key, can add none.
"""

from collections.abc import Mapping
from functools import lru_cache

from events.approvers import ApproverEnrolled, ApproverRevoked
from projections.approvers import ApproverFact, Approvers
from services.signing.public_key import NotSigned, public_key
from services.signing.sshsig import signer
from services.signing.statements import Enrolment, Revocation, Statement, purpose_of, text_of
from services.signing.wire import Malformed

type Trusted = Mapping[str, str]
"""The approvers by their keys, each key a line as in `authorized_keys`."""


@lru_cache(8)
def trusted(approvers: Approvers) -> Trusted:
    """Return whose keys count after these facts. A fact that nobody vouched for changes nothing."""
    keys: dict[str, str] = {}
    begun = False
    for fact in approvers.facts:
        if vouched(fact, keys) or not begun:
            _apply(fact, keys)
            begun = begun or bool(keys)
    return keys


def signed_by(statement: Statement, signature: str, keys: Trusted) -> str:
    """Return the approver who signed the statement. Raises NotSigned."""
    key = signer(signature, text_of(statement), purpose_of(statement))
    if key.line not in keys:
        raise NotSigned(f"the key {key.fingerprint} is not enrolled: eim approvers")
    return keys[key.line]


def vouched(fact: ApproverFact, keys: Trusted) -> bool:
    """Whether somebody whose key counts signed this fact."""
    try:
        signed_by(statement_of(fact), fact.signature, keys)
    except NotSigned:
        return False
    return True


def statement_of(fact: ApproverFact) -> Enrolment | Revocation:
    """Return what is signed for a fact."""
    kind = Enrolment if isinstance(fact, ApproverEnrolled) else Revocation
    return kind(fact.approver, fact.key)


def _apply(fact: ApproverFact, keys: dict[str, str]) -> None:
    match fact:
        case ApproverEnrolled():
            if _is_key(fact.key):
                keys[fact.key] = fact.approver
        case ApproverRevoked():
            keys.pop(fact.key, None)


def _is_key(line: str) -> bool:
    try:
        return public_key(line).line == line
    except Malformed:
        return False
