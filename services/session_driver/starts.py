"""Whether a clearance fits the terminal as it is now: the driver's own last look. Pure."""

from datetime import datetime
from functools import reduce

import msgspec
from msgspec.structs import replace

from events.actions import SendKeys, SendText
from events.calls import ToolCallRejected
from events.review import Context, Decision, Taint
from projections.calls import Call
from services.policy.assurance import least_of, surest
from services.policy.digest import bound, clearance_digest, same_line, same_place
from services.policy.review import review
from services.policy.rules import Rules, rules_at
from services.signing.agreement import persons
from services.signing.trust import Keys


class Check(msgspec.Struct, frozen=True):
    """What the driver checks with: rules, digest key, the time, the last restore of the log, and
    the approvers' keys.

    `control` is who has control of the terminal, where that keeps the call from being typed,
    `taint` what its caller had been shown before it asked, as the driver itself knows from the log.
    """

    rules: Rules
    key: bytes
    now: datetime
    restored: int
    keys: Keys = {}
    control: str = ""
    taint: Taint = Taint()

    def __repr__(self) -> str:
        return f"Check({self.now})"


def objection(call: Call, context: Context | None, check: Check) -> ToolCallRejected | None:
    """Return why the call must not start now, None if it may."""
    code, reason = _objection(call, context, check)
    if not code:
        return None
    return ToolCallRejected(
        call_id=call.call_id, session_id=call.session_id, code=code, reason=reason
    )


def _objection(call: Call, context: Context | None, check: Check) -> tuple[str, str]:
    if call.sequence <= check.restored:
        return "log_restored", "The request is older than the last restore of the log."
    if call.valid_until is None or check.now > call.valid_until:
        return "clearance_expired", "The clearance is too old. Nothing was typed."
    if context is None:
        return "session_closed", "The session has ended. Nothing was typed."
    if check.control:
        return controlled(check.control)
    return _misfit(call, context, check) if call.context else ("no_context", "No context.")


def controlled(by: str) -> tuple[str, str]:
    """Return the code and the reason of a call that found a person at the keyboard."""
    return "control_with_person", f"{by} has control of this terminal. Nothing was typed."


def _misfit(call: Call, context: Context, check: Check) -> tuple[str, str]:
    if difference := _moved(call, context):
        return "context_changed", f"{difference} Nothing was typed."
    version = call.decision.policy_version if call.decision else ""
    if clearance_digest(check.key, call.action, context, version) != call.digest:
        return "digest_mismatch", "The clearance is not for these bytes. Nothing was typed."
    again = review(_known(call, context, check), call.action, check.rules)
    if call.approved:
        return _doubted(call, again, check, context)
    if again.tier != "safe":
        return "not_safe", f"The driver's own review says {again.tier}: {again.summary}"
    return "", ""


def _known(call: Call, context: Context, check: Check) -> Context:
    """What the reviewer knew of its caller counts, and what the driver knows itself."""
    known = call.context.taint if call.context else Taint()
    return replace(
        context,
        taint=replace(
            known,
            sources=known.sources or check.taint.sources,
            secrets=known.secrets or check.taint.secrets,
        ),
    )


def _doubted(call: Call, again: Decision, check: Check, context: Context) -> tuple[str, str]:
    """Whether enough persons agreed surely enough: by what was recorded, and by our own review."""
    judged = (call.decision or again, again)
    needs = rules_at(context, check.rules).assurance
    least = reduce(surest, (least_of(each, needs) for each in judged))
    agreed = persons(call, least, check.keys)
    if again.tier == "blocked":
        return "not_safe", f"The driver's own review says blocked: {again.summary}"
    if len(agreed) < max(each.approvers for each in judged):
        return "approval_not_valid", "The approval does not hold. Nothing was typed."
    return "", ""


def _moved(call: Call, now: Context) -> str:
    before = call.context or now
    moved = same_place(bound(call.action, before), bound(call.action, now))
    input_only = isinstance(call.action, SendText | SendKeys)
    return moved or (same_line(before, now) if input_only else "")
