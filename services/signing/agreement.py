"""Who has agreed to a call, as far as it can be verified. Asked by the reviewer and the driver."""

from events.approvals import Assurance
from projections.calls import Agreement, Call
from services.policy.assurance import suffices
from services.signing.public_key import NotSigned
from services.signing.statements import Approval
from services.signing.trust import Keys, signed_by

KEY, CLI = "key:", "cli:"
"""How somebody is known who signed, and who was logged in."""


def statement(call: Call) -> Approval:
    """Return what a person signs to let a call happen."""
    return Approval(call.approval_id, call.call_id, call.session_id, call.digest, call.sequence)


def persons(call: Call, least: Assurance, keys: Keys) -> frozenset[str]:
    """Return the persons who agreed surely enough, each once whatever the way."""
    return frozenset(person(each.by) for each in call.agreements if holds(call, each, least, keys))


def person(by: str) -> str:
    """Return the name alone."""
    return by.partition(":")[2] or by


def holds(call: Call, agreement: Agreement, least: Assurance, keys: Keys) -> bool:
    """Whether an agreement is sure enough, and its signature that of the one it names."""
    if not suffices(agreement.assurance, least):
        return False
    if agreement.assurance != "signed":
        return True
    try:
        return agreement.by == KEY + signed_by(statement(call), agreement.signature, keys)
    except NotSigned:
        return False
