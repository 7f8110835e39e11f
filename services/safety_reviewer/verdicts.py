"""What the reviewer says about a call: cleared, refused, asked about, or too late. Pure."""

from datetime import datetime, timedelta

import msgspec

from events.approvals import ApprovalRequested
from events.calls import ToolCallCleared, ToolCallLapsed, ToolCallRefused
from events.review import Context, Decision
from events.vocabulary import CallFact
from projections.calls import Call
from services.policy.digest import clearance_digest
from services.policy.keystrokes import CannotType
from services.policy.review import review
from services.policy.rules import Rules

CLEARANCE = timedelta(seconds=30)
"""How long a clearance may wait for the driver."""


class Questions(msgspec.Struct, frozen=True):
    """How many questions wait for people, or may: of a node, and of one client there."""

    node: int = 0
    client: int = 0

    def reach(self, most: "Questions") -> bool:
        """Whether there is room for no other one."""
        return self.node >= most.node or self.client >= most.client


class Bench(msgspec.Struct, frozen=True):
    """What every verdict rests on: the rules, the digest key, how long people have, and how much
    they can be asked at once.
    """

    rules: Rules
    key: bytes
    approval_timeout: timedelta
    most: Questions = Questions(node=10_000, client=100)

    def __repr__(self) -> str:
        return f"Bench(policy {self.rules.version})"


class Case(msgspec.Struct, frozen=True):
    """One call to judge; `approval_id` names the question if a person is to be asked.

    `waiting` are the questions that do so already.
    """

    call: Call
    context: Context
    now: datetime
    approval_id: str
    waiting: Questions = Questions()


def verdict(case: Case, bench: Bench) -> CallFact:
    """Judge a call in its context."""
    if reason := _too_late(case):
        return lapsed(case.call, reason)
    if case.call.epoch not in {"", case.context.epoch}:
        return refused(case, _replaced(bench), "stale_epoch")
    decision = review(case.context, case.call.action, bench.rules)
    if decision.tier == "blocked":
        return refused(case, decision, _code(decision))
    try:
        version = decision.policy_version
        digest = clearance_digest(bench.key, case.call.action, case.context, version)
    except CannotType as error:
        return refused(case, _no_judgement(bench, error.message), error.code)
    if decision.tier == "safe":
        return _cleared(case, decision, digest)
    return _asked(case, decision, digest, bench)


def _code(decision: Decision) -> str:
    return "blocked" if decision.mode == "standard" else decision.mode.replace("-", "_")


def _too_late(case: Case) -> str:
    if case.call.late:
        return "it reached the log too late: its caller had been told so"
    return "nobody reviewed it in time" if case.now > case.call.deadline else ""


def lapsed(call: Call, reason: str) -> ToolCallLapsed:
    """Say that the call came too late."""
    return ToolCallLapsed(call_id=call.call_id, session_id=call.session_id, reason=reason)


def gone(case: Case, bench: Bench) -> ToolCallRefused:
    """Say that the session is no more."""
    decision = _no_judgement(bench, "The session has ended, so nothing can be typed into it.")
    return refused(case, decision, "session_closed")


def refused(case: Case, decision: Decision, code: str) -> ToolCallRefused:
    """Say that the call will not run, whoever asks."""
    return ToolCallRefused(
        call_id=case.call.call_id,
        session_id=case.call.session_id,
        code=code,
        decision=decision,
        context=case.context,
    )


def _replaced(bench: Bench) -> Decision:
    return _no_judgement(bench, "The terminal is another one than the caller saw.")


def _no_judgement(bench: Bench, summary: str) -> Decision:
    return Decision(
        tier="blocked", summary=summary, policy_version=bench.rules.version, engine="none"
    )


def _cleared(case: Case, decision: Decision, digest: str) -> ToolCallCleared:
    return ToolCallCleared(
        call_id=case.call.call_id,
        session_id=case.call.session_id,
        decision=decision,
        context=case.context,
        digest=digest,
        valid_until=case.now + CLEARANCE,
    )


def _asked(case: Case, decision: Decision, digest: str, bench: Bench) -> CallFact:
    if case.waiting.reach(bench.most):
        return refused(case, decision, "too_many_approvals")
    return ApprovalRequested(
        call_id=case.call.call_id,
        session_id=case.call.session_id,
        approval_id=case.approval_id,
        decision=decision,
        context=case.context,
        digest=digest,
        expires_at=min(case.now + bench.approval_timeout, case.call.deadline),
    )
