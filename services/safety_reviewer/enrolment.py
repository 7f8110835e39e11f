"""Whose keys count from now on: an approver vouches for another one. Pure."""

import re
from typing import Final

from events.approvers import ApproverEnrolled, ApproverRevoked
from projections.approvers import ApproverFact, Approvers
from services.contract.approval import Enrol
from services.safety_reviewer.approvals import NotAgreed
from services.signing.public_key import public_key
from services.signing.trust import trusted, vouched
from services.signing.wire import Malformed

NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")


def enrolled(asked: Enrol, known: Approvers) -> ApproverFact:
    """Return the fact that is asked for. Raises NotAgreed."""
    keys = trusted(known)
    kind = ApproverEnrolled if asked.change == "enrol" else ApproverRevoked
    fact = kind(approver=asked.approver, key=asked.key, by=asked.by, signature=asked.signature)
    _check_words(fact)
    if isinstance(fact, ApproverEnrolled) and fact.key in keys:
        raise NotAgreed("already_enrolled", f"This key is that of {keys[fact.key]} already.")
    if isinstance(fact, ApproverRevoked) and keys.get(fact.key) != fact.approver:
        raise NotAgreed("unknown_approver", "This key is not enrolled: eim approvers lists them.")
    if keys and not vouched(fact, keys):
        raise NotAgreed("bad_signature", "An approver who is enrolled must sign this.")
    if not keys and known.facts:
        raise NotAgreed("no_approver", "All keys were revoked, so nobody can vouch for a new one.")
    return fact


def _check_words(fact: ApproverFact) -> None:
    if not NAME.fullmatch(fact.approver):
        raise NotAgreed("bad_name", "A name is made of a-z, 0-9, . _ and -, at most 32 of them.")
    try:
        line = public_key(fact.key).line
    except Malformed as error:
        raise NotAgreed("bad_key", f"This is no key that can sign here: {error}.") from error
    if line != fact.key:
        raise NotAgreed("bad_key", "A key is given as `ssh-ed25519 AAAA…`, without a comment.")
